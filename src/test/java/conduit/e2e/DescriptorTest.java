package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Descriptors are all given back, and running out of them is an episode, not an end. */
class DescriptorTest {

    /** Enough for a few tunnels. */
    private static final int HEADROOM = 24;

    private static int whenIdle;

    @BeforeAll
    static void learnHowManyAnIdleProxyHas() throws Exception {
        try (TestProxy proxy = TestProxy.with();
                Origin origin = Origin.listen().serving(Origin::echo)) {
            useOnce(proxy, origin);
            whenIdle = proxy.descriptorsAtRest();
        }
    }

    @Test
    void everyDescriptorComesBackFromTunnelsClosedAtRandomMoments() throws Exception {
        long seed = System.nanoTime();
        System.out.println("DescriptorTest: seed " + seed);
        Random random = new Random(seed);
        try (TestProxy proxy = TestProxy.with();
                Origin origin = Origin.listen().serving(DescriptorTest::talkAndListen)) {
            useOnce(proxy, origin);
            int before = proxy.descriptorsAtRest();
            List<Peer> open = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                open.add(startSomething(proxy, origin, random));
                while (random.nextInt(8) < open.size() / 4) {
                    leave(open.remove(random.nextInt(open.size())), random);
                }
            }
            for (Peer client : open) {
                leave(client, random);
            }
            proxy.awaitDescriptors(before);
        }
    }

    private static void talkAndListen(Peer remote) throws IOException {
        new Load(300_000, 1).writeTo(remote.out());
        remote.finish();
        remote.readToClose();
    }

    private static void useOnce(TestProxy proxy, Origin origin) throws IOException {
        for (int i = 0; i < 8; i++) {
            Wiring.CONNECT.open(proxy, origin.target()).close();
            Wiring.SOCKS5.open(proxy, origin.target()).close();
        }
    }

    /** Gets as far as chance has it: connected, asked, tunnel open, or bytes sent and read. */
    private static Peer startSomething(TestProxy proxy, Origin origin, Random random)
            throws IOException {
        Wiring wiring = random.nextBoolean() ? Wiring.CONNECT : Wiring.SOCKS5;
        Peer client = wiring.connect(proxy);
        int steps = random.nextInt(5);
        if (steps > 0) {
            client.write(wiring.request(origin.target()));
        }
        if (steps > 1) {
            wiring.expectAccepted(client);
        }
        if (steps > 2) {
            client.write(new byte[random.nextInt(100_000)]);
        }
        if (steps > 3) {
            client.read(random.nextInt(300_000));
        }
        return client;
    }

    private static void leave(Peer client, Random random) throws IOException {
        if (random.nextBoolean()) {
            client.reset();
        } else {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void survivesRunningOutOfDescriptors(Wiring wiring) throws Exception {
        int limit = whenIdle + HEADROOM;
        String limits = "--nofile=%1$d:%1$d".formatted(limit);
        try (TestProxy proxy = Launch.withBothListeners().under("prlimit", limits).start();
                Origin origin = Origin.listen().serving(Origin::echo)) {
            List<Peer> clients = new ArrayList<>();
            for (int i = 0; i < 2 * HEADROOM; i++) {
                clients.add(wiring.connect(proxy));
            }
            proxy.awaitDescriptorsAtLeast(limit);

            Peer refused = clients.getFirst().write(wiring.request(origin.target()));
            wiring.expectRefusal(refused, ExpectedRefusal.OUT_OF_DESCRIPTORS);
            AccessLine line = proxy.accessLineOf(refused);
            assertThat(line.refusal()).as("%s", line).isEqualTo("out-of-descriptors");

            for (Peer client : clients) {
                client.close();
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> proxy.descriptors() < limit - 4);
            try (Origin echo = Origin.listen().serving(Origin::echo);
                    Peer client = Wiring.CONNECT.open(proxy, echo.target())) {
                assertThat(client.write("well again").readText(10)).isEqualTo("well again");
            }
            assertThat(proxy.log()).as("lines about one episode").hasSizeLessThan(1_000);
        }
    }
}
