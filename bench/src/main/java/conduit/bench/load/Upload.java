package conduit.bench.load;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Tunnels that send as fast as the proxy takes. Counted is only what the origin has acknowledged,
 * not what lies in buffers on the way. Lives on its loop.
 */
public final class Upload extends LastingConnections {

    private final Tally tally;
    private final ByteBuffer receipts = ByteBuffer.allocateDirect(1024);

    public Upload(Loop loop, Entrance entrance, int tunnels, Tally tally) {
        super(loop, entrance, Service.SINK, tunnels);
        this.tally = tally;
    }

    @Override
    Connection.User user() {
        return new Client();
    }

    private final class Client implements Connection.User {

        private long offset;
        private long received;

        @Override
        public void established(Connection connection) throws IOException {
            stands(connection);
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
