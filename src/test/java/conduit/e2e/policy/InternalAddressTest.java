package conduit.e2e.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Socks5;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import conduit.outbound.FakeNameServer;
import conduit.outbound.FakeNameServer.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Attempts at internal addresses, by each kind of client, with the strict guard: none gets through,
 * and each is in the log with its reason. On the port that is asked for something listens on
 * loopback, which must stay untouched.
 */
class InternalAddressTest {

    private static final List<String> GUARDED = List.of("guarded-address");

    /** Without the brackets that SOCKS does not have, some are sound. */
    private static final List<String> UNREADABLE = List.of("malformed-request", "guarded-address");

    private static final Map<String, Reply> names = new ConcurrentHashMap<>();
    private static FakeNameServer server;
    private static TestProxy proxy;
    private static Origin secret;
    private static Origin secret6;

    @BeforeAll
    static void start() throws IOException {
        server = new FakeNameServer(names);
        proxy =
                TestProxy.with(
                        "--guard=strict",
                        "--dns-cache=0",
                        "--dns-server=127.0.0.1:" + server.address().getPort());
        secret = Origin.listen();
        secret6 = Origin.at(InetAddress.ofLiteral("::1"));
    }

    @AfterAll
    static void stop() throws IOException {
        proxy.close();
        server.close();
        secret.close();
        secret6.close();
    }

    @TestFactory
    Stream<DynamicTest> refusesAddresses() {
        return each(InternalAddresses.LITERALS.stream(), GUARDED);
    }

    @TestFactory
    Stream<DynamicTest> refusesSpellingsThatAreAddressesToSome() {
        return each(InternalAddresses.ODD_SPELLINGS.stream(), UNREADABLE);
    }

    @TestFactory
    Stream<DynamicTest> refusesTheNamesOfThisMachine() {
        return each(InternalAddresses.namesOfThisMachine(), GUARDED);
    }

    @TestFactory
    Stream<DynamicTest> refusesNamesThatLeadThere() {
        for (InternalAddresses.Stated each : InternalAddresses.NAMES) {
            names.put(key(each.name()), Reply.Addresses.of(each.address()));
        }
        return each(InternalAddresses.NAMES.stream().map(InternalAddresses.Stated::name), GUARDED);
    }

    @TestFactory
    Stream<DynamicTest> refusesNamesOfWhichEveryAddressLeadsThere() {
        names.put("several.test.", Reply.Addresses.of("10.0.0.1", "127.0.0.1", "192.168.0.1"));
        names.put(
                "alias.test.",
                new Reply.Chain(List.of("public.test."), Reply.Addresses.of("127.0.0.1")));
        names.put(
                "families.test.",
                new Reply.ByFamily(Reply.Addresses.of("127.0.0.1"), Reply.Addresses.of("::1")));
        return each(Stream.of("several.test", "alias.test", "families.test"), GUARDED);
    }

    private static Stream<DynamicTest> each(Stream<String> hosts, List<String> refusals) {
        return hosts.flatMap(host ->
                Stream.of(Wiring.values())
                        .map(wiring ->
                                DynamicTest.dynamicTest(
                                        wiring + " to " + host,
                                        () -> refuses(wiring, host, refusals))));
    }

    /** SOCKS has no brackets, and addresses as bytes: here it writes them as if they were names. */
    private static void refuses(Wiring wiring, String host, List<String> refusals)
            throws IOException {
        int port = (host.contains(":") ? secret6 : secret).target().port();
        try (Peer client = wiring.connect(proxy).write(request(wiring, host, port))) {
            expectNo(wiring, client);
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isIn(refusals);
        }
        secret.expectUntouched();
        secret6.expectUntouched();
    }

    private static byte[] request(Wiring wiring, String host, int port) {
        String authority = host + ":" + port;
        return switch (wiring) {
            case FORWARD ->
                    ("GET http://" + authority + "/ HTTP/1.1\r\nHost: public.example\r\n\r\n")
                            .getBytes(ISO_8859_1);
            case CONNECT ->
                    ("CONNECT " + authority + " HTTP/1.1\r\nHost: public.example\r\n\r\n")
                            .getBytes(ISO_8859_1);
            case SOCKS5 -> {
                ByteArrayOutputStream both = new ByteArrayOutputStream();
                both.writeBytes(Socks5.greeting(Socks5.NO_AUTHENTICATION));
                String name = host.replaceAll("^\\[|]$", "");
                both.writeBytes(Socks5.requestByName(Socks5.CONNECT, name, port));
                yield both.toByteArray();
            }
        };
    }

    private static void expectNo(Wiring wiring, Peer client) throws IOException {
        if (wiring == Wiring.SOCKS5) {
            Socks5.expectNoAuthenticationChosen(client);
            assertThat(Socks5.Reply.read(client).code()).isNotZero();
        } else {
            assertThat(Message.reply(client).status()).isBetween(400, 499);
        }
    }

    /** As bytes, where SOCKS has them. */
    @TestFactory
    Stream<DynamicTest> refusesAddressesOfSocks() {
        return InternalAddresses.LITERALS.stream()
                .map(host -> host.replaceAll("^\\[|]$", ""))
                .map(host ->
                        DynamicTest.dynamicTest(
                                host,
                                () -> {
                                    Target target = new Target(host, secret.target().port());
                                    try (Peer client = Wiring.SOCKS5.ask(proxy, target)) {
                                        expectNo(Wiring.SOCKS5, client);
                                        assertThat(proxy.accessLineOf(client).refusal())
                                                .isEqualTo("guarded-address");
                                    }
                                    secret.expectUntouched();
                                    secret6.expectUntouched();
                                }));
    }

    /** The address that is judged is the one that is dialled, and there is no second lookup. */
    @ParameterizedTest
    @EnumSource
    void dialsOnlyWhatItHasJudged(Wiring wiring) throws IOException {
        Answers answers = new Answers();
        try (FakeNameServer rebinding = new FakeNameServer(answers::next);
                Origin allowed = Origin.at(InetAddress.ofLiteral("127.0.0.2"));
                TestProxy strict =
                        TestProxy.with(
                                "--guard=strict",
                                "--allow-to=127.0.0.2",
                                "--dns-cache=0",
                                "--dns-server=127.0.0.1:" + rebinding.address().getPort())) {
            Target target = new Target("rebinding.test", allowed.target().port());
            answers.is(Reply.Addresses.of("127.0.0.2").lasting(0));
            try (Peer client = wiring.ask(strict, target);
                    Peer reached = allowed.accept()) {
                assertThat(reached.address()).isNotNull();
                assertThat(client.address()).isNotNull();
            }
            answers.is(Reply.Addresses.of("127.0.0.1").lasting(0));
            try (Peer client = wiring.ask(strict, target)) {
                expectNo(wiring, client);
            }
        }
    }

    /** Of several addresses those that may be dialled are, and only those. */
    @ParameterizedTest
    @EnumSource
    void dialsTheOthersOfAMixedAnswer(Wiring wiring) throws IOException {
        try (Origin allowed = Origin.at(InetAddress.ofLiteral("127.0.0.2"));
                FakeNameServer mixed =
                        new FakeNameServer(_ -> Reply.Addresses.of("127.0.0.1", "127.0.0.2"));
                TestProxy strict =
                        TestProxy.with(
                                "--guard=strict",
                                "--allow-to=127.0.0.2",
                                "--dns-server=127.0.0.1:" + mixed.address().getPort())) {
            Target target = new Target("mixed.test", allowed.target().port());
            try (Peer client = wiring.ask(strict, target);
                    Peer reached = allowed.accept()) {
                assertThat(reached.otherEnd().getAddress().getHostAddress()).isNotNull();
                assertThat(client.address()).isNotNull();
            }
        }
    }

    /** A connection that somebody else's request has left is not a way around. */
    @Test
    void doesNotFollowARedirect() throws IOException {
        try (Origin allowed = Origin.at(InetAddress.ofLiteral("127.0.0.2"));
                TestProxy strict = TestProxy.with("--guard=strict", "--allow-to=127.0.0.2")) {
            try (Peer client = Wiring.FORWARD.ask(strict, allowed.target());
                    Peer reached = allowed.accept()) {
                reached.write(
                        "HTTP/1.1 302 Found\r\nLocation: http://"
                                + secret.target().authority()
                                + "/\r\nContent-Length: 0\r\n\r\n");
                assertThat(Message.reply(client).status()).isEqualTo(302);
            }
        }
        secret.expectUntouched();
    }

    private static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }

    /** What the name server says at the moment. */
    private static final class Answers {
        private volatile Reply current = new Reply.Silence();

        void is(Reply reply) {
            current = reply;
        }

        Reply next(String name) {
            return current;
        }
    }
}
