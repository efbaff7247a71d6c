package conduit.bench.load;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/** Tunnels that receive as fast as the proxy delivers. Lives on its loop. */
public final class Download implements Workload {

    private final Loop loop;
    private final Entrance entrance;
    private final int tunnels;
    private final Tally tally;
    private final ByteBuffer buffer = Pattern.buffer();
    private final OpenConnections open = new OpenConnections();

    public Download(Loop loop, Entrance entrance, int tunnels, Tally tally) {
        this.loop = loop;
        this.entrance = entrance;
        this.tunnels = tunnels;
        this.tally = tally;
    }

    @Override
    public void start() throws IOException {
        for (int i = 0; i < tunnels; i++) {
            Connection.open(loop, entrance, Service.SOURCE, new Client());
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

        private long offset;

        @Override
        public void established(Connection connection) throws IOException {
            open.add(connection);
            connection.send(ByteBuffer.allocate(1)); // asks for the stream
        }

        @Override
        public void writable(Connection connection) throws IOException {
            throw new ProtocolException("the proxy does not take a byte at once");
        }

        @Override
        public void readable(Connection connection) throws IOException {
            int count = connection.receive(buffer.clear());
            if (count == 0) {
                return;
            }
            Pattern.check(buffer, offset);
            offset += count;
            tally.bytes(count);
        }
    }
}
