package conduit.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/**
 * Answers each request with 1 KiB, whose first eight bytes say which request of this connection it
 * was: so the client learns how often the proxy connects. Lives on the origin's loop.
 */
final class HttpAnswer implements Loop.Handler {

    /** Bytes in the body. */
    static final int BODY = 1024;

    /** What every byte of the body is behind the number. */
    static final byte FILLING = 'x';

    private static final byte[] HEAD =
            """
            HTTP/1.1 200 OK\r
            Content-Type: application/octet-stream\r
            Content-Length: %d\r
            Cache-Control: no-store\r
            \r
            """
                    .formatted(BODY)
                    .getBytes(ISO_8859_1);

    private final SocketChannel channel;
    private final ByteBuffer request = ByteBuffer.allocate(4096);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(HEAD.length + BODY);
    private long number;

    HttpAnswer(SocketChannel channel) {
        this.channel = channel;
        answer.put(HEAD);
        while (answer.hasRemaining()) {
            answer.put(FILLING);
        }
    }

    @Override
    public void ready(SelectionKey key) throws IOException {
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
        answer.clear().putLong(HEAD.length, number);
        if (channel.write(answer) < answer.capacity()) {
            throw new IOException("a client does not read its answers");
        }
        if (asksToClose()) {
            channel.close();
        }
        request.clear();
    }

    private boolean asksToClose() {
        String head = new String(request.array(), 0, request.position(), ISO_8859_1);
        return head.toLowerCase(Locale.ROOT).contains("\r\nconnection: close\r\n");
    }
}
