package conduit.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tunnels while a parent is being asked for them, and what comes close behind its answer. */
class ParentHandshakeTest {

    private static final Target WANTED = new Target("wanted.test", 443);

    /** More than one for each event loop. */
    private static final int EACH = 8;

    /** What the parent speaks. */
    enum Speech {
        HTTP {
            @Override
            void awaitRequest(Peer conduit) throws IOException {
                assertThat(Head.read(conduit.in()).startLine())
                        .isEqualTo("CONNECT wanted.test:443 HTTP/1.1");
            }

            @Override
            String yes() {
                return "HTTP/1.1 200 OK\r\n\r\n";
            }
        },
        SOCKS5 {
            @Override
            void awaitRequest(Peer conduit) throws IOException {
                assertThat(conduit.readText(3)).isEqualTo("\5\1\0");
                conduit.write("\5\0");
                assertThat(conduit.readText(18)).isEqualTo("\5\1\0\3\13wanted.test\1\u00bb");
            }

            @Override
            String yes() {
                return "\5\0\0\3\6parent\0\120";
            }
        };

        /** Plays the parent until it has been asked. */
        abstract void awaitRequest(Peer conduit) throws IOException;

        /** The answer that opens the tunnel. */
        abstract String yes();

        TestProxy proxyFor(Origin parent) {
            String url = name().toLowerCase(Locale.ROOT) + "://" + parent.target();
            return TestProxy.with("--upstream=" + url, "--negotiation-timeout=10m");
        }
    }

    record Case(Speech speech, Wiring wiring) {
        @Override
        public String toString() {
            return wiring + " through " + speech;
        }
    }

    static Stream<Case> tunnels() {
        return Arrays.stream(Speech.values())
                .flatMap(speech ->
                        Stream.of(Wiring.CONNECT, Wiring.SOCKS5)
                                .map(wiring -> new Case(speech, wiring)));
    }

    @ParameterizedTest
    @MethodSource("tunnels")
    void deliversWhatIsBehindTheRequestAndBehindTheParentsAnswer(Case tunnel) throws Exception {
        try (Origin parent = Origin.listen();
                TestProxy proxy = tunnel.speech().proxyFor(parent);
                Peer client = tunnel.wiring().connect(proxy)) {
            client.write(tunnel.wiring().request(WANTED), "early".getBytes(US_ASCII));
            client.finish();
            Peer conduit = parent.accept();
            tunnel.speech().awaitRequest(conduit);
            conduit.write(tunnel.speech().yes() + "banner").finish();

            tunnel.wiring().expectAccepted(client);
            assertThat(client.readToEnd()).isEqualTo("banner");
            assertThat(conduit.readToEnd()).isEqualTo("early");
        }
    }

    @ParameterizedTest
    @MethodSource("tunnels")
    void leavesNothingBehindWhenTheClientGoes(Case tunnel) throws Exception {
        try (Origin parent = Origin.listen();
                TestProxy proxy = tunnel.speech().proxyFor(parent)) {
            Peer client = tunnel.wiring().ask(proxy, WANTED);
            Peer conduit = parent.accept();
            tunnel.speech().awaitRequest(conduit);

            client.reset();

            conduit.expectClosed();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("client-left");
        }
    }

    @ParameterizedTest
    @MethodSource("tunnels")
    void areStoppedByUsAndNotByTheirParent(Case tunnel) throws Exception {
        try (Origin parent = Origin.listen();
                TestProxy proxy = tunnel.speech().proxyFor(parent)) {
            int before = proxy.descriptorsAtRest();
            List<Peer> leaving = connect(tunnel.wiring(), proxy);
            List<Peer> clients = connect(tunnel.wiring(), proxy);
            proxy.awaitDescriptorsAtLeast(before + 2 * EACH);
            for (Peer peer : leaving) {
                peer.close();
            }
            // Their numbers go to the connections to the parent, which come before the clients'
            // now: a loop that ends closes its sockets in the order of their numbers.
            proxy.awaitDescriptors(before + EACH);
            for (Peer client : clients) {
                client.write(tunnel.wiring().request(WANTED));
                tunnel.speech().awaitRequest(parent.accept());
            }

            assertThat(proxy.terminate()).as("exit code").isEqualTo(0);

            for (Peer client : clients) {
                AccessLine line = proxy.accessLineOf(client);
                assertThat(line.outcome()).as("%s", line).isEqualTo("stopped");
                assertThat(line.by()).as("%s", line).isEqualTo("us");
            }
        }
    }

    private static List<Peer> connect(Wiring wiring, TestProxy proxy) throws IOException {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < EACH; i++) {
            peers.add(wiring.connect(proxy));
        }
        return peers;
    }
}
