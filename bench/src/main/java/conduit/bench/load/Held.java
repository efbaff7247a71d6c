package conduit.bench.load;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Tunnels that have 64 bytes echoed once and are then only held, until one of them is closed from
 * the other side, which fails. Lives on its loop.
 */
public final class Held implements Workload {

    /** So many are opened at a time; below every listener's backlog. */
    private static final int AT_ONCE = 32;

    private static final int MESSAGE = 64;

    private final Loop loop;
    private final Entrance entrance;
    private final OpenConnections open = new OpenConnections();
    private int begun;
    private int target;

    public Held(Loop loop, Entrance entrance) {
        this.loop = loop;
        this.entrance = entrance;
    }

    /** Says how many there shall be, all in all; never fewer than before. */
    public void raiseTo(int tunnels) throws IOException {
        target = tunnels;
        start();
    }

    /** Whether all of them stand. */
    public boolean isComplete() {
        return open.count() == target;
    }

    /** How many stand. */
    public int count() {
        return open.count();
    }

    @Override
    public void start() throws IOException {
        while (begun < target && begun - open.count() < AT_ONCE) {
            begun++;
            Connection.open(loop, entrance, Service.ECHO, new Client());
        }
    }

    @Override
    public void stop() throws IOException {
        open.closeAll();
    }

    @Override
    public boolean isStopped() {
        return open.count() == 0;
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
                open.add(connection);
                start();
            }
        }
    }
}
