package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Body;
import conduit.e2e.kit.Certificate;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.ProxyPerUpstream;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Wiring;
import conduit.outbound.FakeNameServer;
import conduit.outbound.FakeNameServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests with an https target, for which conduit is the client of TLS. */
class HttpsTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String HERE = "-ext";
    private static final String NAMES = "san=dns:localhost,ip:127.0.0.1";

    private static final ExpectedRefusal UNTRUSTED_CERTIFICATE =
            new ExpectedRefusal("untrusted-certificate", 502, "tls_certificate_error", 1);
    private static final ExpectedRefusal TLS_FAILED =
            new ExpectedRefusal("tls-failed", 502, "tls_protocol_error", 1);
    private static final ExpectedRefusal TLS_TIMED_OUT =
            new ExpectedRefusal("tls-timed-out", 504, "connection_timeout", 1);

    @TempDir private static Path directory;

    private static Certificate trusted;
    private static Certificate unknown;
    private static Certificate expired;
    private static Certificate elsewhere;
    private static Certificate nobody;
    private static ProxyPerUpstream proxies;

    @BeforeAll
    static void start() throws Exception {
        trusted = Certificate.selfSigned(directory, "trusted", HERE, NAMES);
        unknown = Certificate.selfSigned(directory, "unknown", HERE, NAMES);
        expired =
                Certificate.signed(
                        directory, "expired", HERE, NAMES, "-startdate", "-9d", "-validity", "1");
        elsewhere = Certificate.selfSigned(directory, "elsewhere", HERE, "san=dns:elsewhere.test");
        nobody = Certificate.selfSigned(directory, "127.0.0.1");
        Path authorities = directory.resolve("authorities.pem");
        Files.writeString(
                authorities,
                Files.readString(trusted.pem())
                        + Files.readString(expired.pem())
                        + Files.readString(elsewhere.pem())
                        + Files.readString(nobody.pem()));
        proxies =
                new ProxyPerUpstream(
                        Launch.withBothListeners(
                                "--threads=1",
                                "--tls-ca-file=" + authorities,
                                "--negotiation-timeout=20s"));
    }

    @AfterAll
    static void stop() throws IOException {
        proxies.close();
    }

    private static String get(Target target) {
        return "GET https://%1$s/path?query HTTP/1.1\r\nHost: other.test\r\n\r\n"
                .formatted(target.authority());
    }

    private static Peer ask(TestProxy proxy, Target target) throws IOException {
        return Wiring.FORWARD.connect(proxy).write(get(target));
    }

    private static AccessLine expect(ExpectedRefusal refusal, TestProxy proxy, Peer client)
            throws IOException {
        Wiring.FORWARD.expectRefusal(client, refusal);
        AccessLine line = proxy.accessLineOf(client);
        assertThat(line.refusal()).as("%s", line).isEqualTo(refusal.name());
        assertThat(line.phase()).as("%s", line).isEqualTo("handshake");
        return line;
    }

    @ParameterizedTest
    @EnumSource
    void asksTheOriginItself(Upstream upstream) throws IOException {
        TestProxy proxy = proxies.to(upstream);
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer secured = origin.accept().securedBy(trusted.context())) {
            Head head = Head.read(secured.in());
            assertThat(head.startLine()).isEqualTo("GET /path?query HTTP/1.1");
            assertThat(head.values("Host")).containsExactly(origin.target().authority());
            secured.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("completed");
            assertThat(line.destination()).isEqualTo(origin.target().authority());
        }
    }

    @ParameterizedTest
    @EnumSource
    void servesOneRequestAfterTheOtherOverOneConnection(Upstream upstream) throws IOException {
        TestProxy proxy = proxies.to(upstream);
        try (Origin origin = Origin.listen();
                Peer first = ask(proxy, origin.target());
                Peer secured = origin.accept().securedBy(trusted.context());
                Peer second = Wiring.FORWARD.connect(proxy)) {
            Head.read(secured.in());
            secured.write(OK);
            assertThat(Message.reply(first).body()).isEqualTo("ok");
            second.write(get(origin.target()));
            Head.read(secured.in());
            secured.write(OK);
            assertThat(Message.reply(second).body()).isEqualTo("ok");
            origin.expectUntouched();
        }
    }

    @Test
    void sendsNothingPlainOverASecuredConnection() throws IOException {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer secured = origin.accept().securedBy(trusted.context())) {
            Head.read(secured.in());
            secured.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
            client.write(Wiring.FORWARD.request(origin.target()));
            try (Peer plain = origin.accept()) {
                assertThat(Head.read(plain.in()).startLine()).isEqualTo("GET / HTTP/1.1");
                plain.write(OK);
                assertThat(Message.reply(client).body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void dialsAgainWhenAKeptConnectionWasClosed() throws IOException {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target())) {
            try (Peer secured = origin.accept().securedBy(trusted.context())) {
                Head.read(secured.in());
                secured.write(OK);
                assertThat(Message.reply(client).body()).isEqualTo("ok");
            }
            client.write(get(origin.target()));
            try (Peer again = origin.accept().securedBy(trusted.context())) {
                Head.read(again.in());
                again.write(OK);
                assertThat(Message.reply(client).body()).isEqualTo("ok");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void carriesLargeBodiesBothWays(Upstream upstream) throws Exception {
        Load up = Load.ofMegabytes(16, 1);
        Load down = Load.ofMegabytes(16, 2);
        TestProxy proxy = proxies.to(upstream);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "POST https://%s/ HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
                            .formatted(origin.target().authority(), up.size()));
            Background<Boolean> uploading = Background.doing(() -> up.writeTo(client.out()));
            try (Peer secured = origin.accept().securedBy(trusted.context())) {
                Head head = Head.read(secured.in());
                assertThat(Load.Seen.in(Body.ofRequest(head, secured.in()))).isEqualTo(up.seen());
                uploading.result();
                secured.write(
                        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(down.size()));
                Background<Boolean> downloading =
                        Background.doing(() -> down.writeTo(secured.out()));
                Head answer = Head.read(client.in());
                assertThat(Load.Seen.in(Body.ofReply(answer, client.in()))).isEqualTo(down.seen());
                downloading.result();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "unknown, nobody who is trusted here vouches for its certificate",
        "expired, its certificate has expired",
        "elsewhere, its certificate is refused: it is for elsewhere.test",
        "nobody, its certificate is refused: it is for nobody"
    })
    void refusesACertificateThatIsNotToBeBelieved(String which, String why) throws Exception {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        Certificate shown =
                switch (which) {
                    case "unknown" -> unknown;
                    case "expired" -> expired;
                    case "nobody" -> nobody;
                    default -> elsewhere;
                };
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer secured = origin.accept().securedBy(shown.context())) {
            Background<Boolean> shaking = Background.doing(() -> Head.read(secured.in()));
            AccessLine line = expect(UNTRUSTED_CERTIFICATE, proxy, client);
            assertThat(line.detail()).contains(origin.target().authority(), why);
            assertThat(shaking.endsSomehow()).isFalse();
        }
    }

    /** The JDK sends none for the second and the third, and takes certificates for neither. */
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "a_b.x.test", "a.b-.test", "c.x.test", "c.x.test."})
    void reachesHostsWhateverTheirLetters(String host) throws Exception {
        Certificate own =
                Certificate.selfSigned(
                        directory,
                        "named-" + host,
                        HERE,
                        "san=dns:localhost,dns:*.x.test,dns:*.b-.test");
        try (FakeNameServer names = new FakeNameServer(_ -> Reply.Addresses.of("127.0.0.1"));
                TestProxy proxy =
                        TestProxy.with(
                                "--tls-ca-file=" + own.pem(),
                                "--dns-server=127.0.0.1:" + names.address().getPort());
                Origin origin = Origin.listen();
                Peer client = ask(proxy, new Target(host, origin.target().port()));
                Peer secured = origin.accept().securedBy(own.context())) {
            Head.read(secured.in());
            String plain = host.endsWith(".") ? "c.x.test" : host;
            boolean odd = host.equals("a_b.x.test") || host.equals("a.b-.test");
            assertThat(secured.namesAskedFor()).isEqualTo(odd ? List.of() : List.of(plain));
            secured.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    /** RFC 6066, section 3: literal addresses are not permitted there. */
    @Test
    void namesNoAddressInTheHandshake() throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = ask(proxies.to(Upstream.DIRECT), origin.target());
                Peer secured = origin.accept().securedBy(trusted.context())) {
            Head.read(secured.in());
            assertThat(secured.namesAskedFor()).isEmpty();
            secured.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @Test
    void trustsTheSystemsAuthoritiesOnlyUnlessToldOtherwise() throws Exception {
        try (TestProxy proxy = TestProxy.with();
                Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer secured = origin.accept().securedBy(trusted.context())) {
            Background<Boolean> shaking = Background.doing(() -> Head.read(secured.in()));
            expect(UNTRUSTED_CERTIFICATE, proxy, client);
            assertThat(shaking.endsSomehow()).isFalse();
        }
    }

    @Test
    void saysThatAnOriginSpeaksNoTls() throws IOException {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer remote = origin.accept()) {
            remote.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            AccessLine line = expect(TLS_FAILED, proxy, client);
            assertThat(line.detail()).contains("it does not speak TLS");
        }
    }

    @Test
    void saysThatAnOriginClosedInTheHandshake() throws IOException {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer remote = origin.accept()) {
            remote.finish();
            AccessLine line = expect(TLS_FAILED, proxy, client);
            assertThat(line.detail()).contains("closed the connection in the TLS handshake");
        }
    }

    @Test
    void saysThatAnOriginResetTheHandshake() throws IOException {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer remote = origin.accept()) {
            remote.read(1);
            remote.reset();
            AccessLine line = expect(TLS_FAILED, proxy, client);
            assertThat(line.blame()).isEqualTo("by=remote phase=handshake errno=ECONNRESET");
        }
    }

    @Test
    void givesASilentOriginTheNegotiationTimeout() throws IOException {
        try (TestProxy proxy = TestProxy.with("--negotiation-timeout=500ms");
                Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer remote = origin.accept()) {
            expect(TLS_TIMED_OUT, proxy, client);
            remote.readToClose();
        }
    }

    @Test
    void leavesTheOriginWhenItsClientLeavesInTheHandshake() throws IOException {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer remote = origin.accept()) {
            remote.read(1);
            client.reset();
            remote.readToClose();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("client-left");
            assertThat(line.phase()).as("%s", line).isEqualTo("handshake");
        }
    }

    @Test
    void takesTheEndOfABodyFromTls() throws IOException {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer secured = origin.accept().securedBy(trusted.context())) {
            Head.read(secured.in());
            secured.write("HTTP/1.1 200 OK\r\n\r\nall of it");
            secured.finish();
            assertThat(Message.reply(client).body()).isEqualTo("all of it");
        }
    }

    /** Whoever is on the way can send an end of stream, but not what TLS says before it. */
    @Test
    void doesNotTakeTheEndOfTheStreamForTheEndOfABody() throws IOException {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer raw = origin.accept();
                Peer secured = raw.securedBy(trusted.context())) {
            Head.read(secured.in());
            secured.write("HTTP/1.1 200 OK\r\n\r\na part of it");
            raw.finish();
            client.expectReset();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("reset");
            assertThat(line.by()).as("%s", line).isEqualTo("remote");
        }
    }

    /** With TLS 1.3 the handshake is over for the client before the server looks for one. */
    @Test
    void saysThatAnOriginWantsACertificate() throws Exception {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = ask(proxy, origin.target());
                Peer secured = origin.accept().securedWantingCertificates(trusted.context())) {
            Background<Boolean> shaking = Background.doing(() -> Head.read(secured.in()));
            Message reply = Message.reply(client);
            assertThat(reply.status()).as("%s", reply).isEqualTo(502);
            assertThat(reply.body()).contains("it broke TLS off", "certificate");
            assertThat(proxy.accessLineOf(client).refusal()).isEqualTo("origin-failed");
            assertThat(shaking.endsSomehow()).isFalse();
        }
    }

    /** A relay could not carry on what TLS of conduit's own secures. */
    @Test
    void offersNoSwitchOfProtocols() throws IOException {
        TestProxy proxy = proxies.to(Upstream.DIRECT);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "GET https://%s/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                                    .formatted(origin.target().authority())
                            + "Upgrade: websocket\r\n\r\n");
            try (Peer secured = origin.accept().securedBy(trusted.context())) {
                Head head = Head.read(secured.in());
                assertThat(head.has("Upgrade") || head.has("Connection")).as("%s", head).isFalse();
                secured.write(OK);
                assertThat(Message.reply(client).body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void keepsNoDescriptorOfAHandshakeThatFailed() throws Exception {
        try (TestProxy proxy = TestProxy.with();
                Origin origin =
                        Origin.listen()
                                .serving(peer -> {
                                    peer.write("no TLS");
                                    peer.readToClose();
                                })) {
            refuseOnce(proxy, origin);
            int before = proxy.descriptorsAtRest();
            for (int i = 0; i < 20; i++) {
                refuseOnce(proxy, origin);
            }
            proxy.awaitDescriptors(before);
        }
    }

    private static void refuseOnce(TestProxy proxy, Origin origin) throws IOException {
        try (Peer client = ask(proxy, origin.target())) {
            Wiring.FORWARD.expectRefusal(client, TLS_FAILED);
        }
    }
}
