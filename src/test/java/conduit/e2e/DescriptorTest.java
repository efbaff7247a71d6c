package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import conduit.config.RelayMode;
import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import conduit.linux.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Descriptors are all given back, and running out of them is an episode, not an end. */
class DescriptorTest {

    /** Enough for a few tunnels. */
    private static final int HEADROOM = 24;

    /** So that it does not stop to accept before. */
    private static final String MORE_THAN_IT_CAN_HOLD = "--max-connections=10000";

    /** 256 KiB of 4 KiB each. */
    private static final int PAGES_OF_A_LARGE_PIPE = 64;

    private static final Load FULL_SOCKETS = Load.ofMegabytes(16, 1);

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static int whenIdle;

    @BeforeAll
    static void learnHowManyAnIdleProxyHas() throws Exception {
        try (TestProxy proxy = TestProxy.with();
                Origin origin = Origin.listen().serving(Origin::echo)) {
            useOnce(proxy, origin);
            whenIdle = proxy.descriptorsAtRest();
        }
    }

    private static void useOnce(TestProxy proxy, Origin origin) throws IOException {
        for (int i = 0; i < 8; i++) {
            Wiring.CONNECT.open(proxy, origin.target()).close();
            Wiring.SOCKS5.open(proxy, origin.target()).close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void survivesRunningOutOfDescriptors(Wiring wiring) throws Exception {
        int limit = whenIdle + HEADROOM;
        String limits = "--nofile=%1$d:%1$d".formatted(limit);
        try (TestProxy proxy =
                        Launch.withBothListeners(MORE_THAN_IT_CAN_HOLD)
                                .under("prlimit", limits)
                                .start();
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

    @Test
    void acceptsNoMoreThanItHasDescriptorsFor() throws Exception {
        int limit = whenIdle + 4 * HEADROOM;
        try (TestProxy proxy =
                        Launch.withBothListeners("--negotiation-timeout=60s")
                                .under("prlimit", "--nofile=%d:%d".formatted(limit / 2, limit))
                                .start();
                Origin origin = Origin.listen().serving(Origin::echo)) {
            assertThat(proxy.log())
                    .anyMatch(line ->
                            line.contains(" at most, by open files (%d); ".formatted(limit)));
            int most = budget(proxy);
            assertThat(most).isBetween(2, 2 * HEADROOM);
            List<Peer> clients = new ArrayList<>();
            for (int i = 0; i < most; i++) {
                clients.add(Wiring.CONNECT.open(proxy, origin.target()));
            }
            for (int i = 0; i < most; i++) {
                clients.add(Wiring.CONNECT.ask(proxy, origin.target()));
            }
            for (Peer client : clients) {
                if (client == clients.get(most)) {
                    for (Peer early : clients.subList(0, most)) {
                        early.close();
                    }
                }
                if (clients.indexOf(client) >= most) {
                    Wiring.CONNECT.expectAccepted(client);
                }
                assertThat(client.write("hello").readText(5)).isEqualTo("hello");
            }
            for (Peer client : clients) {
                client.close();
            }
            proxy.awaitDescriptors(whenIdle);
            assertThat(proxy.log())
                    .noneMatch(line -> line.contains("cannot accept"))
                    .noneMatch(line -> line.contains("out-of-descriptors"));
        }
    }

    private static int budget(TestProxy proxy) {
        return proxy.log().stream()
                .filter(line -> line.contains("budget: "))
                .map(line -> line.replaceAll(".*budget: ([0-9,]+) connections.*", "$1"))
                .mapToInt(number -> Integer.parseInt(number.replace(",", "")))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void outlivesALimitThatIsLoweredUnderIt(RelayMode mode) throws Exception {
        try (TestProxy proxy = TestProxy.with("--relay=" + mode, "--negotiation-timeout=60s");
                Origin echo = Origin.listen().serving(Origin::echo);
                Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.open(proxy, origin.target());
                Peer remote = origin.accept();
                Peer accepted = Wiring.CONNECT.connect(proxy)) {
            int atRest = proxy.descriptorsAtRest();
            limit(proxy, atRest - 4);
            List<Peer> waiting = new ArrayList<>();
            for (int i = 0; i < HEADROOM; i++) {
                waiting.add(Wiring.CONNECT.ask(proxy, echo.target()));
            }
            accepted.write(Wiring.CONNECT.request(echo.target()));
            Wiring.CONNECT.expectRefusal(accepted, ExpectedRefusal.OUT_OF_DESCRIPTORS);

            Background<Boolean> uploading = FULL_SOCKETS.sendAndFinish(client);
            assertThat(Load.Seen.in(remote.in())).isEqualTo(FULL_SOCKETS.seen());
            uploading.result();
            limit(proxy, atRest + 4 * HEADROOM);
            for (Peer each : waiting) {
                Wiring.CONNECT.expectAccepted(each);
                assertThat(each.write("well again").readText(10)).isEqualTo("well again");
                each.close();
            }
            assertThat(proxy.log())
                    .filteredOn(line -> line.contains("cannot accept for now"))
                    .as("lines about one episode")
                    .hasSizeBetween(1, 2);
            client.reset();
            remote.reset();
            accepted.reset();
            proxy.awaitDescriptors(atRest - 3);
        }
    }

    private static void limit(TestProxy proxy, int descriptors)
            throws IOException, InterruptedException {
        int exitCode =
                new ProcessBuilder(
                                "prlimit",
                                "--pid=" + proxy.pid(),
                                "--nofile=%d:%d".formatted(descriptors, 20_000))
                        .inheritIO()
                        .start()
                        .waitFor();
        assertThat(exitCode).isZero();
    }

    /** One event loop, as a dial asks its own only. */
    @Test
    void letsIdleConnectionsMakeWay() throws Exception {
        int limit = whenIdle + 3 * HEADROOM;
        try (TestProxy proxy =
                        Launch.withBothListeners(
                                        MORE_THAN_IT_CAN_HOLD,
                                        "--threads=1",
                                        "--negotiation-timeout=60s")
                                .under("prlimit", "--nofile=%1$d:%1$d".formatted(limit))
                                .start();
                Origin oldest = Origin.listen();
                Origin newest = Origin.listen();
                Origin echo = Origin.listen().serving(Origin::echo);
                Peer dialling = Wiring.CONNECT.connect(proxy)) {
            Peer first = useAtOnce(proxy, oldest).getFirst();
            Peer last = useAtOnce(proxy, newest).getLast();
            List<Peer> silent = new ArrayList<>(fill(proxy, limit));

            dialling.write(Wiring.CONNECT.request(echo.target()));
            Wiring.CONNECT.expectAccepted(dialling);
            assertThat(dialling.write("hello").readText(5)).isEqualTo("hello");
            first.expectClosed();

            silent.addAll(fill(proxy, limit));
            try (Peer accepted = Wiring.CONNECT.open(proxy, echo.target())) {
                assertThat(accepted.write("hello").readText(5)).isEqualTo("hello");
            }
            assertThat(proxy.accessLines())
                    .noneMatch(line -> line.refusal().equals("out-of-descriptors"));
            try (Peer client = Wiring.FORWARD.ask(proxy, newest.target())) {
                Head.read(last.in());
                last.write(OK);
                assertThat(Message.reply(client).body()).isEqualTo("ok");
            }
            for (Peer peer : silent) {
                peer.close();
            }
        }
    }

    /** Many exchanges at the same time; their connections, which the proxy then keeps, in order. */
    private static List<Peer> useAtOnce(TestProxy proxy, Origin origin) throws IOException {
        List<Peer> remotes = new ArrayList<>();
        List<Peer> clients = new ArrayList<>();
        for (int i = 0; i < HEADROOM - 4; i++) {
            clients.add(Wiring.FORWARD.ask(proxy, origin.target()));
            remotes.add(origin.accept());
            Head.read(remotes.getLast().in());
        }
        for (int i = 0; i < clients.size(); i++) {
            remotes.get(i).write(OK);
            assertThat(Message.reply(clients.get(i)).body()).isEqualTo("ok");
            clients.get(i).close();
        }
        proxy.awaitDescriptors(whenIdle + 2 * HEADROOM);
        return remotes;
    }

    /** Takes all descriptors that are left. */
    private static List<Peer> fill(TestProxy proxy, int limit) throws IOException {
        List<Peer> silent = new ArrayList<>();
        while (proxy.descriptors() < limit) {
            int before = proxy.descriptors();
            silent.add(Wiring.SOCKS5.connect(proxy));
            proxy.awaitDescriptorsAtLeast(before + 1);
        }
        return silent;
    }

    /** Its last descriptors are taken by connections that say nothing. */
    @ParameterizedTest
    @EnumSource(names = {"AUTO", "SPLICE"})
    void copiesWhenThereIsNoPipeToBeHad(RelayMode mode) throws Exception {
        int limit = whenIdle + HEADROOM;
        try (TestProxy proxy =
                        Launch.withBothListeners(MORE_THAN_IT_CAN_HOLD, "--relay=" + mode)
                                .under("prlimit", "--nofile=%1$d:%1$d".formatted(limit))
                                .start();
                Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.open(proxy, origin.target());
                Peer remote = origin.accept()) {
            List<Peer> silent = new ArrayList<>();
            for (int i = 0; i < 2 * HEADROOM; i++) {
                silent.add(Wiring.SOCKS5.connect(proxy));
            }
            proxy.awaitDescriptorsAtLeast(limit);

            Background<Boolean> uploading = FULL_SOCKETS.sendAndFinish(client);
            assertThat(Load.Seen.in(remote.in())).isEqualTo(FULL_SOCKETS.seen());
            uploading.result();
            assertThat(proxy.descriptors()).as("descriptors all the time").isEqualTo(limit);
            for (Peer peer : silent) {
                peer.close();
            }
            // With descriptors again, the other direction may have its pipe.
            Background<Boolean> downloading = FULL_SOCKETS.sendAndFinish(remote);
            assertThat(Load.Seen.in(client.in())).isEqualTo(FULL_SOCKETS.seen());
            downloading.result();
        }
    }

    /**
     * Whoever may not have more pages for its pipes gets pipes of two pages, and may not enlarge
     * them (pipe(7)). The pages are counted for each user, so this test takes them all.
     */
    @ParameterizedTest
    @EnumSource(names = {"AUTO", "SPLICE"})
    void splicesThroughTheSmallPipesOfAUserWhoHasTooMany(RelayMode mode) throws Exception {
        Kernel kernel = new Kernel();
        List<Long> pipes = new ArrayList<>();
        try (TestProxy proxy = unprivileged(mode);
                Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.open(proxy, origin.target());
                Peer remote = origin.accept()) {
            long enough = pagesOfOneUser() / PAGES_OF_A_LARGE_PIPE + 1;
            for (int i = 0; i < enough; i++) {
                pipes.add(kernel.pipe());
            }
            assertThat(pipes).allMatch(pipe -> pipe >= 0);
            Background<Boolean> uploading = FULL_SOCKETS.sendAndFinish(client);
            assertThat(Load.Seen.in(remote.in())).isEqualTo(FULL_SOCKETS.seen());
            uploading.result();
        } finally {
            for (long pipe : pipes) {
                kernel.close((int) (pipe >>> 32));
                kernel.close((int) pipe);
            }
        }
    }

    /** Root is one without these two, and does not care for the limit with either. */
    private static TestProxy unprivileged(RelayMode mode) {
        Launch launch = Launch.withBothListeners("--relay=" + mode);
        return System.getProperty("user.name").equals("root")
                ? launch.under("setpriv", "--bounding-set=-sys_admin,-sys_resource").start()
                : launch.start();
    }

    private static long pagesOfOneUser() throws IOException {
        // As lines, since this file gives its content to the first read only, and a string is begun
        // with a read of one byte.
        Path limit = Path.of("/proc/sys/fs/pipe-user-pages-soft");
        long pages = Long.parseLong(Files.readAllLines(limit).getFirst());
        assumeThat(pages).as("%s", limit).isBetween(1L, 65_536L);
        return pages;
    }
}
