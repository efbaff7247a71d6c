package conduit.bench.load;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Tunnels that send as fast as the proxy takes. Counted is only what the origin has acknowledged,
 * not what lies in buffers on the way. Lives on its loop.
 */
public final class Upload implements Workload {

    private final Loop loop;
    private final Entrance entrance;
    private final int tunnels;
    private final Tally tally;
    private final ByteBuffer receipts = ByteBuffer.allocateDirect(1024);
    private final OpenConnections open = new OpenConnections();

    public Upload(Loop loop, Entrance entrance, int tunnels, Tally tally) {
        this.loop = loop;
        this.entrance = entrance;
        this.tunnels = tunnels;
        this.tally = tally;
    }

    @Override
    public void start() throws IOException {
        for (int i = 0; i < tunnels; i++) {
            Connection.open(loop, entrance, Service.SINK, new Client());
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
        private long received;

        @Override
        public void established(Connection connection) throws IOException {
            open.add(connection);
            writable(connection);
        }

        /** One block at a time, so that the tunnels take turns. */
        @Override
        public void writable(Connection connection) throws IOException {
            ByteBuffer block = Pattern.from(offset);
            int length = block.remaining();
            connection.send(block);
            offset += length - block.remaining();
            connection.wantToSend();
        }

        @Override
        public void readable(Connection connection) throws IOException {
            long count = connection.receive(receipts.clear()) * Sink.RECEIPT;
            received += count;
            if (received > offset) {
                throw new ProtocolException("the origin acknowledged more than was sent");
            }
            tally.bytes(count);
        }
    }
}
