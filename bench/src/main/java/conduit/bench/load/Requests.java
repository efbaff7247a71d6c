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
    private final Tally tally;

    public Requests(Loop loop, Forwarding forwarding, int connections, Tally tally) {
        super(loop, forwarding.entrance(), Service.HTTP, connections);
        this.forwarding = forwarding;
        this.tally = tally;
    }

    @Override
    Connection.User user() {
        return new Client();
    }

    private final class Client implements Connection.User {

        private final ByteBuffer request = request();
        private final ByteBuffer answer = ByteBuffer.allocateDirect(LONGEST_HEAD + HttpAnswer.BODY);
        private int headLength;
        private long begun;

        private ByteBuffer request() {
            byte[] bytes =
                    "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                            .formatted(forwarding.target(), Service.HTTP.authority())
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
            answer.clear();
            connection.send(request.flip());
        }

        @Override
        public void writable(Connection connection) throws IOException {
            throw new ProtocolException("the proxy does not take a request at once");
        }

        @Override
        public void readable(Connection connection) throws IOException {
            int from = Math.max(0, answer.position() - 3); // the head's end may be split
            connection.receive(answer);
            if (headLength == 0) {
                headLength = findHeadsEnd(from);
            }
            if (headLength > 0 && answer.position() >= headLength + HttpAnswer.BODY) {
                check();
                tally.latency(System.nanoTime() - begun);
                tally.operation();
                begin(connection);
            } else if (!answer.hasRemaining()) {
                throw new ProtocolException("the answer's head does not end");
            }
        }

        /** 0 when it is not there yet. */
        private int findHeadsEnd(int from) {
            for (int i = from; i + 4 <= answer.position(); i++) {
                if (answer.getInt(i) == 0x0d0a0d0a) {
                    return i + 4;
                }
            }
            return 0;
        }

        private void check() throws ProtocolException {
            for (int i = 0; i < STATUS_LINE.length; i++) {
                if (answer.get(i) != STATUS_LINE[i]) {
                    throw new ProtocolException("a request was not answered with 200");
                }
            }
            int end = headLength + HttpAnswer.BODY;
            if (answer.position() > end || answer.get(end - 1) != HttpAnswer.FILLING) {
                throw new ProtocolException("an answer is not what the origin sent");
            }
            if (answer.getLong(headLength) == 1) {
                tally.newOrigin();
            }
        }
    }
}
