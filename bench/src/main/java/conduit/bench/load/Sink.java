package conduit.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** The origin's side of an {@link Upload}. Lives on the origin's loop. */
final class Sink implements Loop.Handler {

    /** Bytes per receipt: rare enough to cost nothing, small against what a second brings. */
    static final long RECEIPT = 4 << 20;

    private final SocketChannel channel;
    private final ByteBuffer buffer;
    private long offset;

    Sink(SocketChannel channel, ByteBuffer buffer) {
        this.channel = channel;
        this.buffer = buffer;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        int count = channel.read(buffer.clear());
        if (count < 0) {
            channel.close();
            return;
        }
        if (count == 0) {
            return;
        }
        Pattern.check(buffer, offset);
        int receipts = (int) ((offset + count) / RECEIPT - offset / RECEIPT);
        offset += count;
        if (receipts > 0 && channel.write(ByteBuffer.allocate(receipts)) < receipts) {
            throw new IOException("a client does not read its receipts");
        }
    }
}
