package conduit.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Connections on which one plain HTTP request follows the other; an answer without the origin's
 * status line, length or last byte, or a connection that does not stay, fails. Lives on its loop.
 */
public final class Requests extends LastingConnections {

    private static final byte[] STATUS_LINE = "HTTP/1.1 200".getBytes(ISO_8859_1);

    /** More than the longest head with which a proxy adorns the origin's. */
    private static final int LONGEST_HEAD = 2048;

    private final Forwarding forwarding;
    private final int bodyLength;
    private final Tally tally;
    private final ByteBuffer rest = ByteBuffer.allocateDirect(256 << 10);

    /**
     * Makes one.
     *
     * @param bodyLength bytes of each answer's body
     */
    public Requests(
            Loop loop, Forwarding forwarding, int bodyLength, int connections, Tally tally) {
        super(loop, forwarding.entrance(), Service.HTTP, connections);
        this.forwarding = forwarding;
        this.bodyLength = bodyLength;
        this.tally = tally;
    }

    @Override
    Connection.User user() {
        return new Client();
    }

    private final class Client implements Connection.User {

        private final ByteBuffer request = request();
        private final ByteBuffer start =
                ByteBuffer.allocateDirect(LONGEST_HEAD + HttpAnswer.SHORTEST);
        private int headLength;
        private int received;
        private byte last;
        private long begun;

        private ByteBuffer request() {
            byte[] bytes =
                    "GET %s/%d HTTP/1.1\r\nHost: %s\r\n\r\n"
                            .formatted(
                                    forwarding.beforePath(), bodyLength, Service.HTTP.authority())
                            .getBytes(ISO_8859_1);
            return ByteBuffer.allocateDirect(bytes.length).put(bytes);
        }

        @Override
        public void established(Connection connection) throws IOException {
            stands(connection);
            begin(connection);
        }

        private void begin(Connection connection) throws IOException {
            begun = System.nanoTime();
            headLength = 0;
            received = 0;
            start.clear();
            connection.send(request.flip());
        }

        @Override
        public void writable(Connection connection) throws IOException {
            throw new ProtocolException("the proxy does not take a request at once");
        }

        @Override
        public void readable(Connection connection) throws IOException {
            if (isStartComplete()) {
                received(rest, connection.receive(rest.clear()));
            } else {
                int before = start.position();
                connection.receive(start);
                headLength = headLength > 0 ? headLength : findHeadsEnd(before);
                received(start, start.position() - Math.max(before, headLength));
            }
            if (headLength > 0 && received >= bodyLength) {
                check();
                tally.latency(System.nanoTime() - begun);
                tally.operation();
                begin(connection);
            } else if (headLength == 0 && !start.hasRemaining()) {
                throw new ProtocolException("the answer's head does not end");
            }
        }

        /** The head, and the number with which the body begins. */
        private boolean isStartComplete() {
            return headLength > 0 && start.position() >= headLength + Long.BYTES;
        }

        /** 0 when it is not there yet; it may be split. */
        private int findHeadsEnd(int before) {
            for (int i = Math.max(0, before - 3); i + 4 <= start.position(); i++) {
                if (start.getInt(i) == 0x0d0a0d0a) {
                    return i + 4;
                }
            }
            return 0;
        }

        private void received(ByteBuffer bytes, int ofBody) {
            if (headLength > 0 && ofBody > 0) {
                received += ofBody;
                tally.bytes(ofBody);
                last = bytes.get(bytes.position() - 1);
            }
        }

        private void check() throws ProtocolException {
            for (int i = 0; i < STATUS_LINE.length; i++) {
                if (start.get(i) != STATUS_LINE[i]) {
                    throw new ProtocolException("a request was not answered with 200");
                }
            }
            if (received > bodyLength || last != HttpAnswer.FILLING) {
                throw new ProtocolException("an answer is not what the origin sent");
            }
            if (start.getLong(headLength) == 1) {
                tally.newOrigin();
            }
        }
    }
}
