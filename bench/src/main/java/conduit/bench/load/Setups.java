package conduit.bench.load;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * A few clients that each open a tunnel, have 64 bytes echoed, close it and open the next. The
 * latency is from connect to the echo. The client sends its end of stream and waits for the other
 * side's before it closes, so that no tunnel ends in a reset. Lives on its loop.
 */
public final class Setups implements Workload {

    private static final int MESSAGE = 64;

    private final Loop loop;
    private final Entrance entrance;
    private final int clients;
    private final Tally tally;
    private int running;
    private boolean stopping;

    public Setups(Loop loop, Entrance entrance, int clients, Tally tally) {
        this.loop = loop;
        this.entrance = entrance;
        this.clients = clients;
        this.tally = tally;
    }

    @Override
    public void start() throws IOException {
        for (running = 0; running < clients; running++) {
            new Client().begin();
        }
    }

    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public boolean isStopped() {
        return running == 0;
    }

    private final class Client implements Connection.User {

        private final ByteBuffer sent = ByteBuffer.allocateDirect(MESSAGE);
        private final ByteBuffer echoed = ByteBuffer.allocateDirect(MESSAGE);
        private long begun;

        void begin() throws IOException {
            begun = System.nanoTime();
            sent.clear().putLong(0, begun);
            echoed.clear();
            Connection.open(loop, entrance, Service.ECHO, this);
        }

        @Override
        public void established(Connection connection) throws IOException {
            connection.send(sent);
        }

        @Override
        public void writable(Connection connection) throws IOException {
            connection.send(sent);
        }

        @Override
        public void readable(Connection connection) throws IOException {
            if (!echoed.hasRemaining()) {
                end(connection);
                return;
            }
            connection.receive(echoed);
            if (echoed.hasRemaining()) {
                return;
            }
            if (echoed.getLong(0) != begun) {
                throw new ProtocolException("another tunnel's bytes came back");
            }
            tally.latency(System.nanoTime() - begun);
            connection.finish();
        }

        private void end(Connection connection) throws IOException {
            if (!connection.isOver()) {
                return;
            }
            tally.operation();
            if (stopping) {
                running--;
            } else {
                begin();
            }
        }
    }
}
