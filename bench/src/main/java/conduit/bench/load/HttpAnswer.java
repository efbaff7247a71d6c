package conduit.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/**
 * Answers each request with as many bytes as its path says. The first eight tell which request of
 * this connection it was: so the client learns how often the proxy connects. Lives on the origin's
 * loop.
 */
final class HttpAnswer implements Loop.Handler {

    /** The shortest body, in bytes, and what goes out together with the head of a longer one. */
    static final int SHORTEST = 1024;

    /** What every byte of the body is behind the number. */
    static final byte FILLING = 'x';

    private static final ByteBuffer BLOCK = block();

    private static final int LONGEST_HEAD = 200;

    private final SocketChannel channel;
    private final ByteBuffer request = ByteBuffer.allocate(4096);
    private final ByteBuffer start = ByteBuffer.allocateDirect(LONGEST_HEAD + SHORTEST);
    private int bodyLength;
    private int headLength;
    private int rest;
    private long number;

    HttpAnswer(SocketChannel channel) {
        this.channel = channel;
        start.flip();
    }

    /** As much as is written at once; within the second-level cache. */
    private static ByteBuffer block() {
        ByteBuffer block = ByteBuffer.allocateDirect(256 << 10);
        while (block.hasRemaining()) {
            block.put(FILLING);
        }
        return block;
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
        if (key.isWritable()) {
            goOn(key);
            return;
        }
        if (channel.read(request) < 0) {
            channel.close();
            return;
        }
        int end = request.position();
        if (end < 4 || request.getInt(end - 4) != 0x0d0a0d0a) {
            if (!request.hasRemaining()) {
                throw new ProtocolException("a request's head does not end");
            }
            return;
        }
        number++;
        begin(length());
        goOn(key);
    }

    /** What the request's path says: it is all digits. */
    private int length() throws ProtocolException {
        int length = 0;
        for (int i = "GET /".length(); request.get(i) != ' '; i++) {
            length = 10 * length + Character.digit(request.get(i), 10);
        }
        if (length < SHORTEST) {
            throw new ProtocolException("no such page");
        }
        return length;
    }

    private void begin(int length) {
        if (length != bodyLength) {
            bodyLength = length;
            writeStart();
        }
        start.position(0).limit(headLength + SHORTEST).putLong(headLength, number);
        rest = length - SHORTEST;
    }

    private void writeStart() {
        byte[] head =
                """
                HTTP/1.1 200 OK\r
                Content-Type: application/octet-stream\r
                Content-Length: %d\r
                Cache-Control: no-store\r
                \r
                """
                        .formatted(bodyLength)
                        .getBytes(ISO_8859_1);
        headLength = head.length;
        start.clear().put(head);
        while (start.hasRemaining()) {
            start.put(FILLING);
        }
    }

    /** Writes one piece, so that the connections take turns. */
    private void goOn(SelectionKey key) throws IOException {
        if (rest == 0) {
            channel.write(start);
        } else {
            ByteBuffer block = BLOCK.position(0).limit(Math.min(rest, BLOCK.capacity()));
            channel.write(new ByteBuffer[] {start, block});
            rest -= block.position();
        }
        if (start.hasRemaining() || rest > 0) {
            key.interestOps(SelectionKey.OP_WRITE);
            return;
        }
        if (asksToClose()) {
            channel.close();
            return;
        }
        if (key.interestOps() != SelectionKey.OP_READ) {
            key.interestOps(SelectionKey.OP_READ);
        }
        request.clear();
    }

    private boolean asksToClose() {
        String head = new String(request.array(), 0, request.position(), ISO_8859_1);
        return head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n");
    }
}
