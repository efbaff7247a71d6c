package conduit.e2e.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Socks5;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A parent that the test plays itself, well or badly, and the conduit that goes through it. After a
 * warm-up it knows how many descriptors that conduit has when nothing goes on.
 */
final class PlayedParent implements AutoCloseable {

    /** No parent that is played ever goes there. */
    static final Target ANYWHERE = new Target("destination.test", 80);

    private final Upstream kind;
    private final Origin origin;
    private final TestProxy child;
    private final int descriptorsAtRest;

    private PlayedParent(Upstream kind, Origin origin, TestProxy child) throws IOException {
        this.kind = kind;
        this.origin = origin;
        this.child = child;
        warmUp();
        this.descriptorsAtRest = child.descriptorsAtRest();
    }

    /** A parent of this kind, and a conduit with these flags behind it. */
    static PlayedParent of(Upstream kind, String... flags) {
        try {
            Origin origin = Origin.listen();
            Launch launch = Launch.withBothListeners(flags).with(kind.flag(origin.target()));
            return new PlayedParent(kind, origin, launch.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails on every event loop once, so that whatever is made once is made. */
    private void warmUp() throws IOException {
        for (int i = 0; i < 8; i++) {
            try (Peer client = Wiring.CONNECT.ask(child, ANYWHERE)) {
                accept().close();
                client.readToClose();
            }
        }
    }

    /** The conduit whose parent this is. */
    TestProxy child() {
        return child;
    }

    /** Where it listens. */
    String authority() {
        return origin.target().authority();
    }

    /** Waits until the conduit has let go of everything. */
    void expectNothingLeftBehind() {
        child.awaitDescriptors(descriptorsAtRest);
    }

    /** The next connection, of which nothing has been read. */
    Peer accept() throws IOException {
        return origin.accept();
    }

    /** The next connection, up to the first thing that it asks. */
    Peer acceptAndReadTheFirstQuestion() throws IOException {
        Peer peer = origin.accept();
        switch (kind) {
            case DIRECT -> throw new AssertionError("nobody is a parent of a direct way out");
            case HTTP -> Head.read(peer.in());
            case SOCKS5 -> readSocksGreeting(peer);
        }
        return peer;
    }

    /** The next connection, up to its request for the destination. */
    Peer acceptAndReadTheRequest() throws IOException {
        Peer peer = acceptAndReadTheFirstQuestion();
        if (kind == Upstream.SOCKS5) {
            peer.write(new byte[] {5, Socks5.NO_AUTHENTICATION});
            readSocksRequest(peer);
        }
        return peer;
    }

    private static void readSocksGreeting(Peer peer) throws IOException {
        byte[] start = peer.read(2);
        assertThat(start[0]).as("VER").isEqualTo((byte) 5);
        peer.read(start[1]);
    }

    private static void readSocksRequest(Peer peer) throws IOException {
        byte[] start = peer.read(4);
        assertThat(start).as("VER, CMD, RSV").startsWith(5, Socks5.CONNECT, 0);
        int length =
                switch (start[3]) {
                    case Socks5.IPV4 -> 4;
                    case Socks5.IPV6 -> 16;
                    default -> peer.read(1)[0];
                };
        peer.read(length + 2);
    }

    @Override
    public void close() throws IOException {
        child.close();
        origin.close();
    }
}
