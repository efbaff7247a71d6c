package conduit.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The origin's side of a {@link Download}. Lives on the origin's loop. */
final class Source implements Loop.Handler {

    private final SocketChannel channel;
    private long offset;

    Source(SocketChannel channel) {
        this.channel = channel;
    }

    /** Once the client has asked, one block at a time, so that the tunnels take turns. */
    @Override
    public void ready(SelectionKey key) throws IOException {
        if (key.isReadable()) {
            begin(key);
            return;
        }
        ByteBuffer block = Pattern.from(offset);
        offset += channel.write(block);
    }

    private void begin(SelectionKey key) throws IOException {
        if (channel.read(ByteBuffer.allocate(1)) < 0) {
            channel.close();
        } else {
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }
}
