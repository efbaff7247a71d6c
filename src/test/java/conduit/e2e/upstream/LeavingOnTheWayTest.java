package conduit.e2e.upstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Blackhole;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Way;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client may leave at every stage of the way out. Nothing is left behind then, neither a
 * descriptor nor a connection to a parent, and the log says how far it had come.
 */
class LeavingOnTheWayTest {

    private static final String[] PATIENTLY = {"--dial-timeout=10m", "--negotiation-timeout=10m"};

    @AutoClose private static final PlayedParent http = PlayedParent.of(Upstream.HTTP, PATIENTLY);

    @AutoClose
    private static final PlayedParent socks5 = PlayedParent.of(Upstream.SOCKS5, PATIENTLY);

    private static PlayedParent parent(Way way) {
        return way.upstream() == Upstream.HTTP ? http : socks5;
    }

    static Stream<Way> throughParents() {
        return Way.nine().filter(way -> way.upstream() != Upstream.DIRECT);
    }

    static Stream<Way> handshakes() {
        return throughParents().filter(way -> !way.passesTheParentsAnswerOn());
    }

    static Stream<Way> tunnels() {
        return throughParents().filter(way -> way.wiring() != Wiring.FORWARD);
    }

    @AfterEach
    void nothingIsLeftBehind() {
        http.expectNothingLeftBehind();
        socks5.expectNothingLeftBehind();
    }

    @ParameterizedTest
    @MethodSource("throughParents")
    void beforeTheParentSaysAnything(Way way) throws IOException {
        Peer client = ask(way);
        try (Peer peer = parent(way).acceptAndReadTheFirstQuestion()) {
            client.reset();
            peer.readToClose();
            String phase = way.passesTheParentsAnswerOn() ? "response" : "handshake";
            expectLeft(parent(way).child(), client, phase);
        }
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void beforeTheParentAnswersTheRequest(Way way) throws IOException {
        Peer client = ask(way);
        try (Peer peer = parent(way).acceptAndReadTheRequest()) {
            client.reset();
            peer.expectClosed();
            expectLeft(parent(way).child(), client, "handshake");
        }
    }

    /** Which could mean that it has only finished sending, so that it is given a second. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void politelyBeforeTheParentAnswersTheRequest(Upstream upstream) throws IOException {
        Way way = new Way(Wiring.CONNECT, Family.NAME, upstream);
        Peer client = ask(way);
        try (Peer peer = parent(way).acceptAndReadTheRequest()) {
            client.close();
            peer.expectClosed();
            expectLeft(parent(way).child(), client, "handshake");
        }
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void whileTheParentAnswersTheRequest(Way way) throws IOException {
        Peer client = ask(way);
        try (Peer peer = parent(way).acceptAndReadTheRequest()) {
            peer.write(way.upstream() == Upstream.HTTP ? "HTTP/1.1 200" : "\5\0\0");
            client.reset();
            peer.readToClose();
            expectLeft(parent(way).child(), client, "handshake");
        }
    }

    @ParameterizedTest
    @MethodSource("tunnels")
    void rightAfterTheParentHasAnswered(Way way) throws IOException {
        Peer client = ask(way);
        try (Peer peer = parent(way).acceptAndReadTheRequest()) {
            peer.write(
                    way.upstream() == Upstream.HTTP
                            ? "HTTP/1.1 200 OK\r\n\r\n"
                            : "\5\0\0\1\0\0\0\0\0\0");
            client.reset();
            peer.readToClose();
            parent(way).child().accessLineOf(client);
        }
    }

    @Test
    void whileTheParentIsDialled() throws IOException {
        try (Blackhole nowhere = Blackhole.open();
                TestProxy proxy = patient(Upstream.HTTP.flag(nowhere.target()))) {
            // So that whatever is made once is made.
            Wiring.CONNECT.ask(proxy, PlayedParent.ANYWHERE).reset();
            int before = proxy.descriptorsAtRest();
            for (Wiring wiring : Wiring.values()) {
                Peer client = wiring.ask(proxy, PlayedParent.ANYWHERE);
                proxy.awaitDescriptorsAtLeast(before + 2);
                client.reset();
                expectLeft(proxy, client, "connect");
                proxy.awaitDescriptors(before);
            }
        }
    }

    @Test
    void whileTheNameIsLookedUp() throws IOException {
        try (DatagramSocket nameServer = new DatagramSocket(0, Family.IPV4.bindAddress());
                TestProxy proxy = patient("--dns-server=127.0.0.1:" + nameServer.getLocalPort())) {
            nameServer.setSoTimeout(20_000);
            leaveDuringTheLookup(proxy, nameServer, Wiring.CONNECT, "warm-up.test");
            int before = proxy.descriptorsAtRest();
            for (Wiring wiring : Wiring.values()) {
                leaveDuringTheLookup(proxy, nameServer, wiring, nameFor(wiring));
            }
            proxy.awaitDescriptors(before);
        }
    }

    private static String nameFor(Wiring wiring) {
        return wiring.name().toLowerCase(Locale.ROOT) + ".test";
    }

    private static void leaveDuringTheLookup(
            TestProxy proxy, DatagramSocket nameServer, Wiring wiring, String name)
            throws IOException {
        Peer client = wiring.ask(proxy, new Target(name, 80));
        // Between the dots, names are written as they are (RFC 1035, section 3.1).
        String label = name.substring(0, name.indexOf('.'));
        DatagramPacket question = new DatagramPacket(new byte[512], 512);
        do {
            nameServer.receive(question);
        } while (!new String(question.getData(), ISO_8859_1).contains(label));
        client.reset();
        expectLeft(proxy, client, "lookup");
    }

    private static TestProxy patient(String flag) {
        return Launch.withBothListeners(PATIENTLY).with(flag).start();
    }

    private static Peer ask(Way way) throws IOException {
        return way.wiring().ask(parent(way).child(), PlayedParent.ANYWHERE);
    }

    private static void expectLeft(TestProxy proxy, Peer client, String phase) {
        AccessLine line = proxy.accessLineOf(client);
        assertThat(line.outcome()).as("%s", line).isEqualTo("client-left");
        assertThat(line.by()).as("%s", line).isEqualTo("client");
        assertThat(line.phase()).as("%s", line).isEqualTo(phase);
    }
}
