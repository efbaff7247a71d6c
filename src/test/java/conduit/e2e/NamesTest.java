package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import conduit.outbound.FakeNameServer;
import conduit.outbound.FakeNameServer.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Names, through the real program and name servers of the test's own. The log is searched for stack
 * traces and leaks when a proxy is closed, whatever its servers sent.
 */
class NamesTest {

    private static final ExpectedRefusal NOT_FOUND =
            new ExpectedRefusal("name-not-found", 502, "dns_error", 4);
    private static final ExpectedRefusal FAILED =
            new ExpectedRefusal("name-lookup-failed", 502, "dns_error", 4);
    private static final ExpectedRefusal TIMED_OUT =
            new ExpectedRefusal("name-lookup-timed-out", 504, "dns_timeout", 4);

    private static final Reply.Addresses LOOPBACK = Reply.Addresses.of("127.0.0.1");

    /** Enough for a few lookups. */
    private static final int HEADROOM = 24;

    private static final Map<String, Reply> names = new ConcurrentHashMap<>();
    private static FakeNameServer server;
    private static TestProxy proxy;

    @BeforeAll
    static void start() throws IOException {
        names.put("echo.test.", new Reply.Chain(List.of("host.test."), LOOPBACK));
        server = new FakeNameServer(names);
        proxy = TestProxy.with(asking(server), "--dial-timeout=600ms");
    }

    @AfterAll
    static void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private static String asking(FakeNameServer one) {
        return "--dns-server=127.0.0.1:" + one.address().getPort();
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECT", "SOCKS5"})
    void reachesADestinationByName(Wiring wiring) throws IOException {
        expectEcho(proxy, wiring, "echo.test");
    }

    @ParameterizedTest
    @EnumSource
    void saysThatThereIsNoSuchName(Wiring wiring) throws IOException {
        expectRefusal(wiring, "unknown.test", NOT_FOUND);
    }

    @ParameterizedTest
    @EnumSource
    void saysThatTheNameServersFailed(Wiring wiring) throws IOException {
        names.put("broken.test.", new Reply.Code(2));
        expectRefusal(wiring, "broken.test", FAILED);
    }

    @ParameterizedTest
    @EnumSource
    void saysThatTheNameServersAreSilent(Wiring wiring) throws IOException {
        names.put("silent.test.", new Reply.Silence());
        expectRefusal(wiring, "silent.test", TIMED_OUT);
    }

    @Test
    void doesNotMindNonsense() throws IOException {
        names.put("odd.test.", altered("odd", "o\u00ff\u0001"));
        names.put("other.test.", altered("other", "ether"));
        names.put("short.test.", new Reply.Altered(LOOPBACK, text -> text.substring(0, 7)));
        names.put("cut.test.", new Reply.Altered(LOOPBACK, text -> text.substring(0, 35)));
        names.put("noise.test.", new Reply.Altered(LOOPBACK, text -> "\u00ff".repeat(500)));
        for (String name : List.of("odd", "other", "short", "cut", "noise")) {
            expectRefusal(Wiring.CONNECT, name + ".test", TIMED_OUT);
        }
    }

    @Test
    void asksTheNextServerWhenOneIsSilent() throws IOException {
        try (FakeNameServer silent = new FakeNameServer(_ -> new Reply.Silence());
                FakeNameServer good = new FakeNameServer(_ -> LOOPBACK);
                TestProxy patient =
                        TestProxy.with(asking(silent), asking(good), "--dial-timeout=6s")) {
            expectEcho(patient, Wiring.SOCKS5, "echo.test");
            assertThat(silent.asked()).isNotEmpty();
        }
    }

    @Test
    void asksOnceForManyAndEachTimeWithoutACache() throws IOException {
        try (FakeNameServer once = new FakeNameServer(_ -> LOOPBACK);
                FakeNameServer often = new FakeNameServer(_ -> LOOPBACK);
                TestProxy remembering = TestProxy.with(asking(once));
                TestProxy forgetting = TestProxy.with(asking(often), "--dns-cache=0")) {
            for (int i = 0; i < 5; i++) {
                expectEcho(remembering, Wiring.CONNECT, "echo.test");
                expectEcho(forgetting, Wiring.CONNECT, "echo.test");
            }
            assertThat(once.asked()).as("once for each family").hasSize(2);
            assertThat(often.asked()).hasSize(10);
        }
    }

    @Test
    void leavesNothingBehindWhenTheClientLeavesDuringALookup() throws IOException {
        CompletableFuture<?> clientHasLeft = new CompletableFuture<>();
        names.put("held.test.", new Reply.Held(clientHasLeft, LOOPBACK));
        try (TestProxy patient = TestProxy.with(asking(server), "--dial-timeout=10m")) {
            expectEcho(patient, Wiring.SOCKS5, "localhost");
            int descriptors = patient.descriptorsAtRest();

            Peer client = Wiring.SOCKS5.ask(patient, new Target("held.test", 80));
            patient.awaitDescriptorsAtLeast(descriptors + 3);
            client.reset();

            patient.awaitDescriptors(descriptors);
            AccessLine line = patient.accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("client-left");
            clientHasLeft.complete(null);
            expectEcho(patient, Wiring.SOCKS5, "localhost");
        }
    }

    @Test
    void saysThatThereIsNoDescriptorToLookUpWith() throws IOException {
        int whenIdle;
        try (TestProxy idle = TestProxy.with(asking(server))) {
            expectEcho(idle, Wiring.CONNECT, "echo.test");
            whenIdle = idle.descriptorsAtRest();
        }
        int limit = whenIdle + HEADROOM;
        try (TestProxy limited =
                Launch.withBothListeners(asking(server), "--dns-cache=0", "--max-connections=1000")
                        .under("prlimit", "--nofile=%1$d:%1$d".formatted(limit))
                        .start()) {
            List<Peer> clients = new ArrayList<>();
            for (int i = 0; i < 2 * HEADROOM; i++) {
                clients.add(Wiring.CONNECT.connect(limited));
            }
            limited.awaitDescriptorsAtLeast(limit);

            byte[] request = Wiring.CONNECT.request(new Target("echo.test", 80));
            Peer refused = clients.getFirst().write(request);
            Wiring.CONNECT.expectRefusal(refused, ExpectedRefusal.OUT_OF_DESCRIPTORS);

            for (Peer client : clients) {
                client.close();
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> limited.descriptors() < limit - 8);
            expectEcho(limited, Wiring.CONNECT, "echo.test");
        }
    }

    private static void expectEcho(TestProxy through, Wiring wiring, String name)
            throws IOException {
        try (Origin origin = Origin.listen().serving(Origin::echo);
                Peer client = wiring.open(through, new Target(name, origin.target().port()))) {
            assertThat(client.write("hello").readText(5)).isEqualTo("hello");
        }
    }

    private static void expectRefusal(Wiring wiring, String name, ExpectedRefusal refusal)
            throws IOException {
        try (Peer client = wiring.ask(proxy, new Target(name, 80))) {
            wiring.expectRefusal(client, refusal);
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isEqualTo(refusal.name());
            assertThat(line.detail()).as("%s", line).contains(name);
        }
    }

    private static Reply altered(String what, String by) {
        return new Reply.Altered(LOOPBACK, text -> text.replace(what, by));
    }
}
