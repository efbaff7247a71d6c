package conduit.e2e.upstream;

import static conduit.e2e.kit.ExpectedRefusal.CONNECTION_REFUSED;
import static conduit.e2e.kit.ExpectedRefusal.HOST_UNREACHABLE;
import static conduit.e2e.kit.ExpectedRefusal.NETWORK_UNREACHABLE;
import static conduit.e2e.kit.ExpectedRefusal.PARENT_CREDENTIALS_REFUSED;
import static conduit.e2e.kit.ExpectedRefusal.PARENT_FAILED;
import static conduit.e2e.kit.ExpectedRefusal.PARENT_REFUSED;
import static conduit.e2e.kit.ExpectedRefusal.PARENT_TIMED_OUT;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Way;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A parent that is silent, slow, rude or confused costs its client a refusal that says so, the log
 * one line that says the same, and conduit nothing that lasts.
 */
class MisbehavingParentTest {

    private static final String IN_THE_HANDSHAKE = "by=parent phase=handshake errno=-";

    private static final String NEEDS_CREDENTIALS =
            """
            HTTP/1.1 407 Proxy Authentication Required\r
            Proxy-Authenticate: Basic realm="x"\r
            Content-Length: 0\r
            \r
            """;

    private static final Duration PAUSE = Duration.ofMillis(100);

    @AutoClose
    private static final PlayedParent http =
            PlayedParent.of(Upstream.HTTP, "--negotiation-timeout=1s");

    @AutoClose
    private static final PlayedParent socks5 =
            PlayedParent.of(Upstream.SOCKS5, "--negotiation-timeout=1s");

    /** What is forwarded to an HTTP parent needs no handshake. */
    static Stream<Way> handshakes() {
        return Way.nine()
                .filter(way -> way.upstream() != Upstream.DIRECT)
                .filter(way -> !way.passesTheParentsAnswerOn());
    }

    private static PlayedParent parent(Upstream kind) {
        return switch (kind) {
            case DIRECT -> throw new AssertionError("nobody is a parent of a direct way out");
            case HTTP -> http;
            case SOCKS5 -> socks5;
        };
    }

    @AfterEach
    void nothingIsLeftBehind() {
        http.expectNothingLeftBehind();
        socks5.expectNothingLeftBehind();
    }

    /** It has the same troubles as any other host then, and the log says that it was the parent. */
    @Test
    void isNotThere() throws IOException {
        Target closed = Target.closed(Family.IPV4);
        try (TestProxy proxy = TestProxy.with(Upstream.HTTP.flag(closed))) {
            for (Wiring wiring : Wiring.values()) {
                Peer client = wiring.ask(proxy, PlayedParent.ANYWHERE);
                wiring.expectRefusal(client, CONNECTION_REFUSED);
                AccessLine line = proxy.accessLineOf(client);
                assertThat(line.refusal()).as("%s", line).isEqualTo("connection-refused");
                String blame = "by=parent phase=connect errno=ECONNREFUSED";
                assertThat(line.blame()).as("%s", line).isEqualTo(blame);
                assertThat(line.detail()).as("%s", line).contains(closed.authority());
            }
        }
    }

    /** How long a parent keeps its children waiting. */
    enum Silence {
        FROM_THE_START {
            @Override
            Peer accept(PlayedParent parent) throws IOException {
                return parent.accept();
            }
        },
        AFTER_THE_REQUEST {
            @Override
            Peer accept(PlayedParent parent) throws IOException {
                return parent.acceptAndReadTheRequest();
            }
        };

        abstract Peer accept(PlayedParent parent) throws IOException;
    }

    /** All at once, to wait only once. */
    @ParameterizedTest
    @EnumSource
    void neverAnswers(Silence silence) throws IOException {
        Map<Peer, Way> clients = new LinkedHashMap<>();
        List<Peer> peers = new ArrayList<>();
        for (Way way : handshakes().toList()) {
            clients.put(ask(way), way);
            peers.add(silence.accept(parent(way.upstream())));
        }
        for (Map.Entry<Peer, Way> client : clients.entrySet()) {
            expectRefusal(client.getValue(), client.getKey(), PARENT_TIMED_OUT, IN_THE_HANDSHAKE);
            client.getKey().close();
        }
        for (Peer peer : peers) {
            peer.readToClose();
            peer.close();
        }
    }

    /** Dripping all of it would take thirty seconds. */
    @ParameterizedTest
    @EnumSource(names = {"HTTP", "SOCKS5"})
    void answersDripByDrip(Upstream upstream) throws Exception {
        Way way = new Way(Wiring.CONNECT, Family.NAME, upstream);
        String answer =
                upstream == Upstream.HTTP
                        ? "HTTP/1.1 200 OK\r\nX: " + "x".repeat(300)
                        : "\5\0\0\3\u00ff" + "x".repeat(300);
        try (Peer client = ask(way);
                Peer peer = parent(upstream).acceptAndReadTheRequest()) {
            Background<Integer> dripping = Background.of(() -> peer.dripUntilClosed(answer, PAUSE));
            expectRefusal(way, client, PARENT_TIMED_OUT, IN_THE_HANDSHAKE);
            assertThat(dripping.result()).as("bytes until the end").isLessThan(answer.length());
        }
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void closesAtOnce(Way way) throws IOException {
        try (Peer client = ask(way)) {
            parent(way.upstream()).acceptAndReadTheFirstQuestion().close();
            expectRefusal(way, client, PARENT_FAILED, IN_THE_HANDSHAKE);
        }
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void closesInsteadOfAnAnswer(Way way) throws IOException {
        try (Peer client = ask(way)) {
            parent(way.upstream()).acceptAndReadTheRequest().close();
            expectRefusal(way, client, PARENT_FAILED, IN_THE_HANDSHAKE);
        }
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void resets(Way way) throws IOException {
        try (Peer client = ask(way)) {
            parent(way.upstream()).acceptAndReadTheRequest().reset();
            String blame = "by=parent phase=handshake errno=ECONNRESET";
            expectRefusal(way, client, PARENT_FAILED, blame);
        }
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void speaksSomethingElse(Way way) throws IOException {
        try (Peer client = ask(way);
                Peer peer = parent(way.upstream()).acceptAndReadTheFirstQuestion()) {
            peer.write("SSH-2.0-OpenSSH_9.2p1\r\n");
            expectRefusal(way, client, PARENT_FAILED, IN_THE_HANDSHAKE);
            peer.readToClose();
        }
    }

    /** It is not read to its end: most of it would be held otherwise. */
    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void answersWithAMegabyteOfHeader(Wiring wiring) throws Exception {
        Way way = new Way(wiring, Family.NAME, Upstream.HTTP);
        try (Peer client = ask(way);
                Peer peer = http.acceptAndReadTheRequest()) {
            String fields = ("X: " + "x".repeat(1_000) + "\r\n").repeat(1_024);
            Background<Peer> answering =
                    Background.of(() -> peer.write("HTTP/1.1 200 OK\r\n" + fields + "\r\n"));
            expectRefusal(way, client, PARENT_FAILED, IN_THE_HANDSHAKE);
            peer.readToClose();
            answering.endsSomehow();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void wantsCredentialsThatWeDoNotHave(Wiring wiring) throws IOException {
        Way way = new Way(wiring, Family.NAME, Upstream.HTTP);
        try (Peer client = ask(way);
                Peer peer = http.acceptAndReadTheRequest()) {
            peer.write(NEEDS_CREDENTIALS);
            expectRefusal(way, client, PARENT_CREDENTIALS_REFUSED, IN_THE_HANDSHAKE);
        }
    }

    /** The client's own credentials are not at fault, and it must not be asked for any. */
    @Test
    void wantsCredentialsForAForwardedRequest() throws IOException {
        Way way = new Way(Wiring.FORWARD, Family.NAME, Upstream.HTTP);
        try (Peer client = ask(way);
                Peer peer = http.acceptAndReadTheRequest()) {
            peer.write(NEEDS_CREDENTIALS);
            String blame = "by=parent phase=response errno=-";
            AccessLine line = expectRefusal(way, client, PARENT_CREDENTIALS_REFUSED, blame);
            assertThat(line.detail())
                    .isEqualTo(
                            "parent %s wants credentials, and there are none: 407 Proxy"
                                    + " Authentication Required",
                            http.authority());
        }
    }

    @ParameterizedTest
    @EnumSource
    void choosesNoMethod(Wiring wiring) throws IOException {
        Way way = new Way(wiring, Family.NAME, Upstream.SOCKS5);
        try (Peer client = ask(way);
                Peer peer = socks5.acceptAndReadTheFirstQuestion()) {
            peer.write("\5\u00ff");
            expectRefusal(way, client, PARENT_CREDENTIALS_REFUSED, IN_THE_HANDSHAKE);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void refusesWithAStatus(Wiring wiring) throws IOException {
        Way way = new Way(wiring, Family.NAME, Upstream.HTTP);
        try (Peer client = ask(way);
                Peer peer = http.acceptAndReadTheRequest()) {
            peer.write("HTTP/1.1 403 Not on a Sunday\r\nContent-Length: 0\r\n\r\n");
            AccessLine line = expectRefusal(way, client, PARENT_REFUSED, IN_THE_HANDSHAKE);
            assertThat(line.detail()).contains("403 Not on a Sunday");
        }
    }

    @ParameterizedTest
    @MethodSource
    void refusesWithAReply(int code, ExpectedRefusal refusal) throws IOException {
        for (Wiring wiring : Wiring.values()) {
            Way way = new Way(wiring, Family.NAME, Upstream.SOCKS5);
            try (Peer client = ask(way);
                    Peer peer = socks5.acceptAndReadTheRequest()) {
                peer.write(new byte[] {5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
                expectRefusal(way, client, refusal, IN_THE_HANDSHAKE);
            }
        }
    }

    static Stream<Arguments> refusesWithAReply() {
        return Stream.of(
                Arguments.of(1, PARENT_REFUSED),
                Arguments.of(2, PARENT_REFUSED),
                Arguments.of(3, NETWORK_UNREACHABLE),
                Arguments.of(4, HOST_UNREACHABLE),
                Arguments.of(5, CONNECTION_REFUSED),
                Arguments.of(7, PARENT_REFUSED),
                Arguments.of(8, PARENT_REFUSED),
                Arguments.of(99, PARENT_REFUSED));
    }

    /** Odd, and right all the same; what stands behind it belongs to the client. */
    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void acceptsInAnUnusualWay(Wiring wiring) throws IOException {
        for (String yes :
                List.of(
                        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
                        "HTTP/1.0 299\r\n\r\n")) {
            expectBannerBehind(yes, new Way(wiring, Family.NAME, Upstream.HTTP));
        }
        for (String yes :
                List.of(
                        "\5\0\0\1\1\2\3\4\5\6",
                        "\5\0\0\3\4host\0\1",
                        "\5\0\0\3\0\0\0",
                        "\5\0\0\4" + "\0".repeat(16) + "\0\0")) {
            expectBannerBehind(yes, new Way(wiring, Family.NAME, Upstream.SOCKS5));
        }
    }

    private static void expectBannerBehind(String yes, Way way) throws IOException {
        try (Peer client = ask(way);
                Peer peer = parent(way.upstream()).acceptAndReadTheRequest()) {
            peer.write(yes + "220 ready").finish();
            way.wiring().expectAccepted(client);
            assertThat(client.readToEnd()).as("behind %s", yes).isEqualTo("220 ready");
            client.write("hello").finish();
            assertThat(peer.readToEnd()).isEqualTo("hello");
        }
    }

    /** An exchange with the parent breaks as one with an origin does. */
    @ParameterizedTest
    @EnumSource
    void breaksOffInsteadOfForwarding(Breach breach) throws IOException {
        Way way = new Way(Wiring.FORWARD, Family.NAME, Upstream.HTTP);
        try (Peer client = ask(way);
                Peer peer = http.acceptAndReadTheRequest()) {
            breach.commit(peer);
            assertThat(Message.reply(client).status()).isEqualTo(502);
            AccessLine line = http.child().accessLineOf(client);
            String blame = "by=parent phase=response errno=" + breach.errno;
            assertThat(line.blame()).as("%s", line).isEqualTo(blame);
            assertThat(line.detail()).startsWith("parent " + http.authority() + ": it");
        }
    }

    /** How a forwarded request comes to nothing. */
    enum Breach {
        CLOSE("-") {
            @Override
            void commit(Peer peer) throws IOException {
                peer.close();
            }
        },
        RESET("ECONNRESET") {
            @Override
            void commit(Peer peer) throws IOException {
                peer.reset();
            }
        },
        NONSENSE("-") {
            @Override
            void commit(Peer peer) throws IOException {
                peer.write("SSH-2.0-OpenSSH_9.2p1\r\n");
            }
        };

        final String errno;

        Breach(String errno) {
            this.errno = errno;
        }

        abstract void commit(Peer peer) throws IOException;
    }

    private static Peer ask(Way way) throws IOException {
        return way.wiring().ask(parent(way.upstream()).child(), PlayedParent.ANYWHERE);
    }

    private static AccessLine expectRefusal(
            Way way, Peer client, ExpectedRefusal refusal, String blame) throws IOException {
        way.wiring().expectRefusal(client, refusal);
        AccessLine line = parent(way.upstream()).child().accessLineOf(client);
        assertThat(line.refusal()).as("%s", line).isEqualTo(refusal.name());
        assertThat(line.blame()).as("%s", line).isEqualTo(blame);
        assertThat(line.detail()).as("%s", line).isNotBlank();
        return line;
    }
}
