package conduit.e2e.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * A destination that never answers: a listener that accepts nobody and whose queue is full, so that
 * Linux drops every further SYN.
 */
public final class Blackhole implements AutoCloseable {

    private static final int MORE_THAN_ANY_QUEUE_OF_ONE = 16;

    /** A SYN on the loopback device is answered within microseconds. */
    private static final int HANGS_AFTER_MILLIS = 400;

    private final ServerSocket listener;
    private final List<Socket> queue;

    private Blackhole(ServerSocket listener, List<Socket> queue) {
        this.listener = listener;
        this.queue = queue;
    }

    /** Fills the queue until connecting hangs. */
    public static Blackhole open() throws IOException {
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        List<Socket> queue = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_ANY_QUEUE_OF_ONE; i++) {
            Socket next = new Socket();
            queue.add(next);
            try {
                next.connect(listener.getLocalSocketAddress(), HANGS_AFTER_MILLIS);
            } catch (SocketTimeoutException full) {
                return new Blackhole(listener, queue);
            }
        }
        listener.close();
        throw new AssertionError("the queue of a listener does not fill up on this system");
    }

    /** How a client asks for it. */
    public Target target() {
        return new Target("127.0.0.1", listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queue) {
            socket.close();
        }
        listener.close();
    }
}
