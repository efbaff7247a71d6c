package conduit.e2e.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A destination that the test plays itself: it accepts, reads and writes in the order in which the
 * test says so. A destination that plays on its own is given a script.
 */
public final class Origin implements AutoCloseable {

    /** What an origin does with each connection; the connection is closed afterwards. */
    @FunctionalInterface
    public interface Script {
        /** Plays one connection on a thread of its own. */
        void serve(Peer peer) throws Exception;
    }

    private final ServerSocket listener;
    private final String host;
    private final List<Peer> accepted = new CopyOnWriteArrayList<>();

    private Origin(ServerSocket listener, String host) {
        this.listener = listener;
        this.host = host;
    }

    /** Listens on IPv4. */
    public static Origin listen() throws IOException {
        return on(Family.IPV4);
    }

    /** Listens where this family points. */
    public static Origin on(Family family) throws IOException {
        Origin origin = at(family.bindAddress());
        return new Origin(origin.listener, family.host());
    }

    /** Listens on this address. */
    public static Origin at(InetAddress address) throws IOException {
        ServerSocket listener = new ServerSocket(0, 1024, address);
        listener.setSoTimeout(Math.toIntExact(Peer.PATIENCE.toMillis()));
        return new Origin(listener, address.getHostAddress());
    }

    /** How a client asks for it. */
    public Target target() {
        return new Target(host, listener.getLocalPort());
    }

    /** The next connection. */
    public Peer accept() throws IOException {
        Peer peer = Peer.over(listener.accept(), Instant.now());
        accepted.add(peer);
        return peer;
    }

    /** Plays every further connection by this script, until the origin is closed. */
    public Origin serving(Script script) throws IOException {
        listener.setSoTimeout(0);
        Thread.ofPlatform().daemon().start(() -> acceptAll(script));
        return this;
    }

    private void acceptAll(Script script) {
        try {
            while (true) {
                Peer peer = accept();
                Thread.ofVirtual().start(() -> play(script, peer));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void play(Script script, Peer peer) {
        try (peer) {
            script.serve(peer);
        } catch (Exception theOtherSideLeft) {
            // What that means is for the test to judge, on the client's side.
        }
    }

    /** Sends everything back. */
    public static void echo(Peer peer) throws IOException {
        peer.in().transferTo(peer.out());
    }

    /** Nobody has connected, apart from those the test has accepted. */
    public void expectUntouched() throws IOException {
        listener.setSoTimeout(1);
        List<Socket> waiting = new ArrayList<>();
        try (Socket unexpected = listener.accept()) {
            waiting.add(unexpected);
        } catch (SocketTimeoutException expected) {
            listener.setSoTimeout(Math.toIntExact(Peer.PATIENCE.toMillis()));
        }
        assertThat(waiting).as("further connections to the origin").isEmpty();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Peer peer : accepted) {
            peer.close();
        }
    }
}
