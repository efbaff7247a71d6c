package conduit.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Passwords;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Socks5;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use a proxy that has users, by HTTP Basic and by SOCKS5's user and password. */
class UsersTest {

    private static final int USER_AND_PASSWORD = 2;

    /** For hashes that take long, also where the machine is busy. */
    private static final String PATIENT = "--negotiation-timeout=1m";

    /** More than may wait to be verified. */
    private static final int FLOOD = 2000;

    /** Bytes that nobody may hold for one client. */
    private static final int TOO_MUCH = 256 << 20;

    @TempDir private static Path folder;

    private static TestProxy proxy;

    @BeforeAll
    static void start() throws IOException {
        proxy = TestProxy.with(Passwords.flag(folder));
    }

    @AfterAll
    static void stop() throws IOException {
        proxy.close();
    }

    @Test
    void asksForCredentialsAndForwardsOnTheSameConnectionOnceItHasThem() throws IOException {
        try (Origin origin = Origin.listen().serving(UsersTest::answerAll);
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(get(origin.target(), ""));
            expectChallenge(client);
            client.write(get(origin.target(), Passwords.field("alice", "wrong")));
            expectChallenge(client);
            client.write(get(origin.target(), Passwords.field("alice", Passwords.RIGHT)));
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).as("what the origin saw").doesNotContain("Proxy-Auth");
            client.write(get(origin.target(), ""));
            expectChallenge(client);
            String destination = origin.target().authority();
            expectRefused(destination, "authentication-required", "forward");
            expectRefused(destination, "wrong-credentials", "forward");
            AccessLine served =
                    proxy.awaitAccessLine(line ->
                            line.destination().equals(destination) && line.user().equals("alice"));
            assertThat(served.outcome()).as("%s", served).isEqualTo("completed");
        }
    }

    @Test
    void asksForCredentialsAndOpensATunnelOnTheSameConnection() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.connect(proxy)) {
            client.write(connect(origin.target(), ""));
            expectChallenge(client);
            client.write(connect(origin.target(), Passwords.field("eve l", Passwords.RIGHT)));
            Wiring.CONNECT.expectAccepted(client);
            Peer remote = origin.accept();
            client.write("ping");
            assertThat(remote.readText(4)).isEqualTo("ping");
            remote.finish();
            client.finish();
            client.expectEnd();
            expectRefused(origin.target().authority(), "authentication-required", "connect");
            AccessLine served = proxy.awaitAccessLine(line -> line.user().equals("eve l"));
            assertThat(served.text()).contains(" user=\"eve l\" inbound=connect ");
        }
    }

    /** The connections of a user, from wherever they come and whatever they speak. */
    @Test
    void countsTheConnectionsOfAUser() throws IOException {
        ExpectedRefusal limit =
                new ExpectedRefusal("user-connection-limit", 503, "connection_limit_reached", 1);
        String alice = Passwords.field("alice", Passwords.RIGHT);
        try (TestProxy one =
                        TestProxy.with(Passwords.flag(folder), "--max-connections-per-user=1");
                Origin origin = Origin.listen();
                Peer first = Wiring.CONNECT.connect(one).write(connect(origin.target(), alice))) {
            Wiring.CONNECT.expectAccepted(first);
            Peer reached = origin.accept();
            try (Peer second = Wiring.CONNECT.connect(one).write(connect(origin.target(), alice));
                    Peer third = Wiring.FORWARD.connect(one).write(get(origin.target(), alice));
                    Peer other =
                            Wiring.CONNECT
                                    .connect(one)
                                    .write(
                                            connect(
                                                    origin.target(),
                                                    Passwords.field("bob", Passwords.RIGHT)))) {
                Wiring.CONNECT.expectRefusal(second, limit);
                assertThat(one.accessLineOf(second).refusal()).isEqualTo(limit.name());
                Wiring.FORWARD.expectRefusal(third, limit);
                Wiring.CONNECT.expectAccepted(other);
                origin.accept();
            }
            try (Peer socks = Wiring.SOCKS5.connect(one)) {
                socks.write(
                        Socks5.greeting(USER_AND_PASSWORD),
                        Passwords.message("alice", Passwords.RIGHT),
                        Socks5.connect(origin.target()));
                expectGranted(socks);
                assertThat(Socks5.Reply.read(socks).code()).isEqualTo(1);
                assertThat(one.accessLineOf(socks).refusal()).isEqualTo(limit.name());
            }
            reached.finish();
            first.finish();
            first.expectEnd();
            one.accessLineOf(first);
            try (Peer again = Wiring.CONNECT.connect(one).write(connect(origin.target(), alice))) {
                Wiring.CONNECT.expectAccepted(again);
            }
        }
    }

    private static void expectRefused(String destination, String refusal, String inbound) {
        AccessLine line =
                proxy.awaitAccessLine(each ->
                        each.destination().equals(destination) && each.refusal().equals(refusal));
        assertThat(line.user()).as("%s", line).isEqualTo("-");
        assertThat(line.inbound()).as("%s", line).isEqualTo(inbound);
        assertThat(line.text()).doesNotContain("alice", "wrong ", Passwords.RIGHT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Proxy-Authorization: Bearer x\r\n", "Proxy-Authorization: Basic *\r\n"})
    void asksOthersToo(String field) throws IOException {
        try (Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(get(new Target("127.0.0.1", 1), field));
            expectChallenge(client);
        }
    }

    @Test
    void throwsASmallBodyAwayThatComesWithoutCredentials() throws IOException {
        try (Origin origin = Origin.listen().serving(UsersTest::answerAll);
                Peer client = Wiring.FORWARD.connect(proxy)) {
            String body = "GET / HTTP/1.1\r\n\r\n".repeat(1000);
            Target target = origin.target();
            client.write(
                    "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n"
                            .formatted(target.url("/"), target.authority(), body.length()));
            expectChallenge(client);
            client.write(body + get(target, Passwords.field("alice", Passwords.RIGHT)));
            assertThat(Message.reply(client).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1000000\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Content-Length: 5\r\nExpect: 100-continue\r\n"
            })
    void closesWhereItIsNotSureWhatComesNext(String framing) throws IOException {
        try (Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "POST http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\n"
                            + framing
                            + "\r\n");
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(407);
            assertThat(reply.head().values("Connection")).containsExactly("close");
            client.expectEnd();
        }
    }

    @Test
    void takesNothingForARequestThatCameBehindARefusedConnect() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.connect(proxy)) {
            client.write(
                    connect(origin.target(), "")
                            + get(origin.target(), Passwords.field("alice", Passwords.RIGHT)));
            assertThat(Message.reply(client).status()).isEqualTo(407);
            client.expectEnd();
            origin.expectUntouched();
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws IOException {
        try (Origin origin = Origin.listen().serving(UsersTest::answerAll);
                Peer client = Wiring.FORWARD.connect(proxy)) {
            // Nobody has been bob before, and so this one waits for his hash.
            String bobs = get(origin.target(), Passwords.field("bob", Passwords.RIGHT));
            String nobodys = get(origin.target(), "");
            client.write(nobodys + bobs + nobodys + bobs + bobs + nobodys + nobodys);
            for (int status : new int[] {407, 200, 407, 200, 200, 407, 407}) {
                assertThat(Message.reply(client).status()).isEqualTo(status);
            }
            client.finish();
            client.expectEnd();
        }
    }

    @Test
    void answersAHeadWithoutABody() throws IOException {
        try (Peer client = Wiring.FORWARD.connect(proxy)) {
            String head = "HEAD http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n";
            client.write(head + head);
            assertThat(Message.replyToHead(client).status()).isEqualTo(407);
            assertThat(Message.replyToHead(client).status()).isEqualTo(407);
        }
    }

    @Test
    void servesAClientThatSaidAllAndFinishedWhileItsPasswordIsVerified() throws IOException {
        try (TestProxy slow = TestProxy.with(Passwords.flagWithSlow(folder), PATIENT);
                Origin origin = Origin.listen().serving(UsersTest::answerAll);
                Peer forward = Wiring.FORWARD.connect(slow);
                Peer socks = Wiring.SOCKS5.connect(slow)) {
            forward.write(get(origin.target(), Passwords.field("slow", Passwords.RIGHT)));
            forward.finish();
            assertThat(Message.reply(forward).status()).isEqualTo(200);

            socks.write(
                    Socks5.greeting(USER_AND_PASSWORD),
                    Passwords.message("slow", Passwords.RIGHT),
                    Socks5.connect(origin.target()),
                    get(origin.target(), "").getBytes(ISO_8859_1));
            socks.finish();
            expectGranted(socks);
            assertThat(Socks5.Reply.read(socks).code()).isZero();
            assertThat(Message.reply(socks).status()).isEqualTo(200);
        }
    }

    @Test
    void forgetsAClientThatBreaksWhileItsPasswordIsVerified() throws IOException {
        try (TestProxy slow = TestProxy.with(Passwords.flagWithSlow(folder), PATIENT)) {
            int before = slow.descriptorsAtRest();
            try (Peer forward = Wiring.FORWARD.connect(slow);
                    Peer socks = Wiring.SOCKS5.connect(slow)) {
                forward.write(get(new Target("127.0.0.1", 1), Passwords.field("slow", "x")));
                socks.write(Socks5.greeting(USER_AND_PASSWORD), Passwords.message("slow", "y"));
                assertThat(socks.read(2)).containsExactly(5, USER_AND_PASSWORD);
                forward.reset();
                socks.reset();
                slow.accessLineOf(forward);
                slow.accessLineOf(socks);
            }
            slow.awaitDescriptors(before);
        }
    }

    @Test
    void takesEverythingFromASocksClientAtOnce() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(
                    Socks5.greeting(0, USER_AND_PASSWORD),
                    Passwords.message("carol", Passwords.RIGHT),
                    Socks5.connect(origin.target()),
                    "early".getBytes(ISO_8859_1));
            expectGranted(client);
            assertThat(Socks5.Reply.read(client).code()).isZero();
            Peer remote = origin.accept();
            assertThat(remote.readText(5)).isEqualTo("early");
            remote.finish();
            client.finish();
            client.expectEnd();
            assertThat(proxy.accessLineOf(client).user()).isEqualTo("carol");
        }
    }

    @Test
    void takesEverythingFromASocksClientByteByByte() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.connect(proxy)) {
            for (byte[] message :
                    List.of(
                            Socks5.greeting(USER_AND_PASSWORD),
                            Passwords.message("alice", Passwords.RIGHT),
                            Socks5.connect(origin.target()))) {
                for (byte each : message) {
                    client.write(new byte[] {each});
                }
            }
            expectGranted(client);
            assertThat(Socks5.Reply.read(client).code()).isZero();
            origin.accept();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice:Secret", "alice:", "mallory:secret", ":", "alice :secret"})
    void refusesASocksClientThatIsNotWhoItSays(String claim) throws IOException {
        String[] parts = claim.split(":", -1);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(
                    Socks5.greeting(USER_AND_PASSWORD),
                    Passwords.message(parts[0], parts[1]),
                    Socks5.connect(origin.target()));
            assertThat(client.read(4)).containsExactly(5, USER_AND_PASSWORD, 1, 1);
            client.expectClosed();
            expectRefusal(client, "wrong-credentials");
            origin.expectUntouched();
        }
    }

    @Test
    void refusesASocksClientThatOffersNoPassword() throws IOException {
        try (Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(Socks5.greeting(Socks5.NO_AUTHENTICATION, 1));
            assertThat(client.read(2)).containsExactly(5, 0xff);
            client.expectClosed();
            expectRefusal(client, "authentication-required");
        }
    }

    @Test
    void refusesAnotherVersionOfTheSocksPassword() throws IOException {
        try (Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(Socks5.greeting(USER_AND_PASSWORD), new byte[] {5, 1, 0});
            assertThat(client.read(4)).containsExactly(5, USER_AND_PASSWORD, 1, 1);
            client.expectClosed();
            expectRefusal(client, "malformed-request");
        }
    }

    private static void expectRefusal(Peer client, String refusal) {
        AccessLine line = proxy.accessLineOf(client);
        assertThat(line.refusal()).as("%s", line).isEqualTo(refusal);
        assertThat(line.user()).as("%s", line).isEqualTo("-");
    }

    /** The user is logged also where nothing comes of the request. */
    @Test
    void namesTheUserOfARequestThatIsRefused() throws IOException {
        try (Peer client = Wiring.SOCKS5.connect(proxy)) {
            client.write(
                    Socks5.greeting(USER_AND_PASSWORD),
                    Passwords.message("alice", Passwords.RIGHT),
                    Socks5.request(Socks5.BIND, new Target("127.0.0.1", 1)));
            client.readToClose();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).isEqualTo("unsupported-command");
            assertThat(line.user()).isEqualTo("alice");
        }
    }

    /** As many as it takes for much longer than the negotiation may last. */
    private static final int GUESSES = 100_000;

    @Test
    void endsAConnectionThatGoesOnGuessing() throws IOException {
        Target target = new Target("127.0.0.1", 9);
        try (TestProxy brief = TestProxy.with(Passwords.flag(folder), "--negotiation-timeout=1s");
                Peer client = Wiring.FORWARD.connect(brief)) {
            assertThatExceptionOfType(IOException.class)
                    .as("the end of the connection")
                    .isThrownBy(() -> {
                        for (int i = 0; i < GUESSES; i++) {
                            client.write(get(target, ""));
                            assertThat(Message.reply(client).status()).isIn(407, 408);
                        }
                    });
        }
    }

    @Test
    void givesWhoHasBeenLetInHisTimeForEachRequest() throws IOException {
        String right = Passwords.field("alice", Passwords.RIGHT);
        try (TestProxy brief = TestProxy.with(Passwords.flag(folder), "--negotiation-timeout=1s");
                Origin origin = Origin.listen().serving(UsersTest::answerAll);
                Peer client = Wiring.FORWARD.connect(brief)) {
            client.write(get(origin.target(), right));
            assertThat(Message.reply(client).status()).isEqualTo(200);
            client.expectSilence(Duration.ofMillis(1_500));
            expectChallenge(client.write(get(origin.target(), "")));
            client.write(get(origin.target(), right));
            assertThat(Message.reply(client).status()).isEqualTo(200);
        }
    }

    @Test
    void servesWhomItKnowsWhileThousandsOfWrongPasswordsWait() throws IOException {
        try (TestProxy slow = TestProxy.with(Passwords.flagWithSlow(folder), PATIENT);
                Origin origin = Origin.listen().serving(UsersTest::answerAll)) {
            int before = slow.descriptorsAtRest();
            try (Peer known = Wiring.FORWARD.connect(slow)) {
                String hers = get(origin.target(), Passwords.field("alice", Passwords.RIGHT));
                known.write(hers);
                assertThat(Message.reply(known).status()).isEqualTo(200);
                List<Peer> flood = new ArrayList<>();
                for (int i = 0; i < FLOOD; i++) {
                    Peer each = Wiring.FORWARD.connect(slow);
                    flood.add(each.write(get(origin.target(), Passwords.field("x", "" + i))));
                }
                slow.awaitAccessLine(line -> line.refusal().equals("too-busy-to-authenticate"));
                for (int i = 0; i < 50; i++) {
                    known.write(hers);
                    assertThat(Message.reply(known).status()).isEqualTo(200);
                }
                for (Peer each : flood) {
                    each.reset();
                }
            }
            slow.awaitDescriptors(before + 2); // The connections that are kept to the origin.
        }
    }

    /** What comes behind the password waits in the kernel, however much it is. */
    @Test
    void readsLittleMoreWhileAPasswordIsVerified() throws Exception {
        // Longer to verify than the negotiation may take.
        String hash = "slow:$2y$17$Fbq/VjS5PpLobjsBsEmDxOdGQJBAUgqrW46i70ZapUXjqofJC0mye";
        String flag = Passwords.flag(folder, hash);
        try (TestProxy slow = TestProxy.with(flag, "--negotiation-timeout=2s");
                Peer socks = Wiring.SOCKS5.connect(slow);
                Peer forward = Wiring.FORWARD.connect(slow)) {
            long before = slow.peakMemory();
            socks.write(Socks5.greeting(USER_AND_PASSWORD), Passwords.message("slow", "x"));
            forward.write(get(new Target("127.0.0.1", 1), Passwords.field("slow", "y")));
            Background<Boolean> behindSocks = Background.doing(() -> writeMuch(socks));
            Background<Boolean> behindForward = Background.doing(() -> writeMuch(forward));
            assertThat(socks.read(4)).containsExactly(5, USER_AND_PASSWORD, 1, 1);
            assertThat(Message.reply(forward).status()).isEqualTo(503);
            assertThat(slow.peakMemory() - before).isLessThan(TOO_MUCH / 4);
            for (Peer client : List.of(socks, forward)) {
                AccessLine line = slow.accessLineOf(client);
                assertThat(line.refusal()).isEqualTo("too-busy-to-authenticate");
                client.close();
            }
            for (Background<Boolean> behind : List.of(behindSocks, behindForward)) {
                behind.endsSomehow();
            }
        }
    }

    private static void writeMuch(Peer client) throws IOException {
        byte[] piece = new byte[65_536];
        for (int written = 0; written < TOO_MUCH; written += piece.length) {
            client.write(piece);
        }
    }

    private static void expectChallenge(Peer client) throws IOException {
        Message reply = Message.reply(client);
        assertThat(reply.status()).as("%s", reply).isEqualTo(407);
        assertThat(reply.head().values("Proxy-Authenticate"))
                .containsExactly("Basic realm=\"conduit\", charset=\"UTF-8\"");
        assertThat(reply.head().values("Proxy-Status"))
                .singleElement()
                .asString()
                .startsWith("conduit; error=http_request_denied; ");
        assertThat(reply.head().has("Connection")).as("%s", reply).isFalse();
    }

    private static void expectGranted(Peer client) throws IOException {
        assertThat(client.read(4)).containsExactly(5, USER_AND_PASSWORD, 1, 0);
    }

    private static String get(Target target, String field) {
        return "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n"
                .formatted(target.url("/"), target.authority(), field);
    }

    private static String connect(Target target, String field) {
        return "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n%2$s\r\n"
                .formatted(target.authority(), field);
    }

    /** Answers each request with its head. */
    private static void answerAll(Peer peer) throws IOException {
        while (true) {
            String seen = Head.read(peer.in()).toString();
            peer.write(
                    "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(seen.length(), seen));
        }
    }
}
