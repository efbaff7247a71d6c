package conduit.bench.load;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Tunnels that each send a message, wait until it has come back, and send the next. Lives on its
 * loop.
 */
public final class RoundTrips extends LastingConnections {

    private final int size;
    private final Tally tally;

    /**
     * Makes one.
     *
     * @param size of a message in bytes, at least 8
     */
    public RoundTrips(Loop loop, Entrance entrance, int tunnels, int size, Tally tally) {
        super(loop, entrance, Service.ECHO, tunnels);
        this.size = size;
        this.tally = tally;
    }

    @Override
    Connection.User user() {
        return new Client();
    }

    private final class Client implements Connection.User {

        private final ByteBuffer sent = ByteBuffer.allocateDirect(size);
        private final ByteBuffer echoed = ByteBuffer.allocateDirect(size);
        private long begun;

        @Override
        public void established(Connection connection) throws IOException {
            stands(connection);
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
