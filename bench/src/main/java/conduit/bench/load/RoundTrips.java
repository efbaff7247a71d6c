package conduit.bench.load;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Tunnels that each send a message, wait until it has come back, and send the next. Lives on its
 * loop.
 */
public final class RoundTrips implements Workload {

    private final Loop loop;
    private final Entrance entrance;
    private final int tunnels;
    private final int size;
    private final Tally tally;
    private final OpenConnections open = new OpenConnections();

    /**
     * Makes one.
     *
     * @param size of a message in bytes, at least 8
     */
    public RoundTrips(Loop loop, Entrance entrance, int tunnels, int size, Tally tally) {
        this.loop = loop;
        this.entrance = entrance;
        this.tunnels = tunnels;
        this.size = size;
        this.tally = tally;
    }

    @Override
    public void start() throws IOException {
        for (int i = 0; i < tunnels; i++) {
            Connection.open(loop, entrance, Service.ECHO, new Client());
        }
    }

    @Override
    public void stop() throws IOException {
        open.closeAll();
    }

    @Override
    public boolean isStopped() {
        return open.count() == 0;
    }

    private final class Client implements Connection.User {

        private final ByteBuffer sent = ByteBuffer.allocateDirect(size);
        private final ByteBuffer echoed = ByteBuffer.allocateDirect(size);
        private long begun;

        @Override
        public void established(Connection connection) throws IOException {
            open.add(connection);
            begin(connection);
        }

        private void begin(Connection connection) throws IOException {
            begun = System.nanoTime();
            sent.clear().putLong(size - Long.BYTES, begun);
            echoed.clear();
            connection.send(sent);
        }

        @Override
        public void writable(Connection connection) throws IOException {
            connection.send(sent);
        }

        @Override
        public void readable(Connection connection) throws IOException {
            connection.receive(echoed);
            if (echoed.hasRemaining()) {
                return;
            }
            if (echoed.getLong(size - Long.BYTES) != begun) {
                throw new ProtocolException("another message came back than was sent");
            }
            tally.latency(System.nanoTime() - begun);
            tally.operation();
            begin(connection);
        }
    }
}
