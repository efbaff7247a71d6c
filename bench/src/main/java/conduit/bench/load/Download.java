package conduit.bench.load;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/** Tunnels that receive as fast as the proxy delivers. Lives on its loop. */
public final class Download extends LastingConnections {

    private final Tally tally;
    private final ByteBuffer buffer = Pattern.buffer();

    public Download(Loop loop, Entrance entrance, int tunnels, Tally tally) {
        super(loop, entrance, Service.SOURCE, tunnels);
        this.tally = tally;
    }

    @Override
    Connection.User user() {
        return new Client();
    }

    private final class Client implements Connection.User {

        private long offset;

        @Override
        public void established(Connection connection) throws IOException {
            stands(connection);
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
