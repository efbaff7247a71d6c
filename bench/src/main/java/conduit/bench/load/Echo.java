package conduit.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** Sends back what it gets, and reads no more until that is gone. Lives on the origin's loop. */
final class Echo implements Loop.Handler {

    private final SocketChannel channel;
    private final ByteBuffer shared;
    private ByteBuffer left = ByteBuffer.allocate(0);

    Echo(SocketChannel channel, ByteBuffer shared) {
        this.channel = channel;
        this.shared = shared;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        if (left.hasRemaining()) {
            channel.write(left);
        } else {
            pass();
        }
        if (key.isValid()) {
            key.interestOps(left.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    private void pass() throws IOException {
        int count = channel.read(shared.clear());
        if (count < 0) {
            channel.close();
            return;
        }
        channel.write(shared.flip());
        if (shared.hasRemaining()) {
            left = ByteBuffer.allocate(shared.remaining()).put(shared).flip();
        }
    }
}
