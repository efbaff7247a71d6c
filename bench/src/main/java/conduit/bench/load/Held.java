package conduit.bench.load;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Tunnels that have 64 bytes echoed once and are then only held, until one of them is closed from
 * the other side, which fails. Lives on its loop.
 */
public final class Held extends LastingConnections {

    /** So many are opened at a time; below every listener's backlog. */
    private static final int AT_ONCE = 32;

    private static final int MESSAGE = 64;

    private int begun;
    private int target;

    public Held(Loop loop, Entrance entrance) {
        super(loop, entrance, Service.ECHO, 0);
    }

    /** Says how many there shall be, all in all; never fewer than before. */
    public void raiseTo(int tunnels) throws IOException {
        target = tunnels;
        start();
    }

    /** Whether all of them stand. */
    public boolean isComplete() {
        return count() == target;
    }

    @Override
    public void start() throws IOException {
        while (begun < target && begun - count() < AT_ONCE) {
            begun++;
            openOne();
        }
    }

    @Override
    Connection.User user() {
        return new Client();
    }

    private final class Client implements Connection.User {

        private final ByteBuffer echoed = ByteBuffer.allocate(MESSAGE);

        @Override
        public void established(Connection connection) throws IOException {
            connection.send(ByteBuffer.allocate(MESSAGE));
        }

        @Override
        public void writable(Connection connection) throws IOException {
            throw new ProtocolException("the proxy does not take 64 bytes at once");
        }

        @Override
        public void readable(Connection connection) throws IOException {
            if (!echoed.hasRemaining()) {
                connection.receive(ByteBuffer.allocate(1));
                throw new ProtocolException("bytes came on an idle tunnel");
            }
            connection.receive(echoed);
            if (!echoed.hasRemaining()) {
                stands(connection);
                start();
            }
        }
    }
}
