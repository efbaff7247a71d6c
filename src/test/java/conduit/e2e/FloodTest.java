package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Passwords;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What one client does in bulk leaves the others usable, bounded memory and nothing behind. How
 * long their round trips take is printed, not judged. Not part of the normal build: {@code mvn
 * verify -Pflood}.
 */
@Tag("flood")
class FloodTest {

    private static final String OTHER = "127.0.0.2";
    private static final int SILENT = 5_000;
    private static final int DRIPPING = 500;
    private static final int ROUND_TRIPS = 500;
    private static final int TUNNELS = 50;
    private static final int GUESSING = 2_000;
    private static final int HEADERS = 20;
    private static final int HEADER_BYTES = 20 * 1024 * 1024;
    private static final int HAMMERING_THREADS = 2;

    /** The JVM, its heap of 128 MiB and what Netty has outside of it. */
    private static final long MOST_MEMORY = 512L * 1024 * 1024;

    private final CountDownLatch over = new CountDownLatch(1);

    private TestProxy proxy = start();
    private Origin origin = echo();
    private int atRest;

    /** The other client's, where it needs some. */
    private String credentials = "";

    private static TestProxy start() {
        return Launch.withBothListeners(
                        "--negotiation-timeout=2m", "--max-connections-per-client=5100")
                .onJvm("-Xmx128m", "-Dio.netty.leakDetection.level=simple")
                .start();
    }

    private static Origin echo() {
        try {
            return Origin.listen().serving(Origin::echo);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void useOnce() throws Exception {
        report("before the flood");
        atRest = proxy.descriptorsAtRest();
    }

    @AfterEach
    void expectNothingBehind() throws Exception {
        report("after the flood");
        System.out.printf("  peak memory %,d KiB%n", proxy.peakMemory() >> 10);
        assertThat(proxy.peakMemory()).as("peak memory").isLessThan(MOST_MEMORY);
        // One per event loop that has not moved anything before.
        proxy.awaitDescriptors(atRest + 4);
        origin.close();
        proxy.close();
    }

    @Test
    void ofConnectionsThatNeverSpeak() throws Exception {
        List<Peer> silent = new ArrayList<>();
        for (int i = 0; i < SILENT; i++) {
            silent.add((i % 2 == 0 ? Wiring.CONNECT : Wiring.SOCKS5).connect(proxy));
        }
        proxy.awaitDescriptorsAtLeast(SILENT);
        report(SILENT + " silent connections");
        for (Peer each : silent) {
            each.close();
        }
    }

    @Test
    void ofConnectionsThatSayOneByteASecond() throws Exception {
        List<Peer> dripping = new ArrayList<>();
        for (int i = 0; i < DRIPPING; i++) {
            dripping.add(Wiring.CONNECT.connect(proxy).write("GET http://127.0.0.1/"));
        }
        Background<Boolean> drips =
                Background.doing(() -> {
                    while (!over.await(1, TimeUnit.SECONDS)) {
                        for (Peer each : dripping) {
                            each.write("x");
                        }
                    }
                });
        report(DRIPPING + " connections that say one byte a second");
        over.countDown();
        drips.result();
        for (Peer each : dripping) {
            each.close();
        }
    }

    @Test
    void ofHeadersOfTwentyMegabytes() throws Exception {
        byte[] value = new byte[64 * 1024];
        Arrays.fill(value, (byte) 'x');
        AtomicInteger ended = new AtomicInteger();
        List<Background<Boolean>> sending = new ArrayList<>();
        for (int i = 0; i < HEADERS; i++) {
            sending.add(
                    Background.doing(() -> {
                        try (Peer client = Wiring.FORWARD.connect(proxy)) {
                            client.write("GET http://127.0.0.1/ HTTP/1.1\r\nX: ");
                            for (int sent = 0; sent < HEADER_BYTES; sent += value.length) {
                                client.write(value);
                            }
                        } catch (IOException closed) {
                            ended.incrementAndGet();
                        }
                    }));
        }
        report(HEADERS + " headers of 20 MiB");
        for (Background<Boolean> each : sending) {
            each.result();
        }
        assertThat(proxy.accessLines())
                .filteredOn(line -> line.refusal().equals("header-too-large"))
                .hasSize(HEADERS);
        System.out.printf("  %d of %d were cut short%n", ended.get(), HEADERS);
    }

    @Test
    void ofAClientAtItsLimit() throws Exception {
        proxy.close();
        proxy =
                Launch.withBothListeners(
                                "--max-connections-per-client=10", "--max-connections=1000")
                        .onJvm("-Xmx128m", "-Dio.netty.leakDetection.level=simple")
                        .start();
        report("before the flood");
        atRest = proxy.descriptorsAtRest();
        InetSocketAddress listener = proxy.http();
        AtomicInteger times = new AtomicInteger();
        List<Peer> seated = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            seated.add(Wiring.CONNECT.open(proxy, origin.target()));
        }
        List<Background<Boolean>> hammering = new ArrayList<>();
        for (int i = 0; i < HAMMERING_THREADS; i++) {
            hammering.add(
                    Background.doing(() -> {
                        while (over.getCount() > 0) {
                            try (Peer client = Peer.to(listener)) {
                                client.readToClose();
                            } catch (IOException turnedAway) {
                                // A reset may come before connect returns.
                            }
                            times.incrementAndGet();
                        }
                    }));
        }
        report("a client at its limit");
        over.countDown();
        for (Background<Boolean> each : hammering) {
            each.result();
        }
        for (Peer each : seated) {
            each.close();
        }
        System.out.printf("  turned away %,d times%n", times.get());
        assertThat(proxy.accessLines())
                .filteredOn(line -> line.refusal().equals("client-connection-limit"))
                .as("its lines")
                .hasSizeLessThan(100);
    }

    /** From eight addresses, which fill the queue of passwords, and for the costliest hash. */
    @Test
    void ofWrongPasswords(@TempDir Path folder) throws Exception {
        proxy.close();
        proxy =
                Launch.withBothListeners(Passwords.flagWithSlow(folder), "--negotiation-timeout=2m")
                        .onJvm("-Xmx128m", "-Dio.netty.leakDetection.level=simple")
                        .start();
        credentials = Passwords.field("alice", Passwords.RIGHT);
        report("before the flood");
        atRest = proxy.descriptorsAtRest();
        List<Peer> guessing = new ArrayList<>();
        for (int i = 0; i < GUESSING; i++) {
            Peer each = Peer.from("127.0.1." + (1 + i % 8), proxy.http());
            guessing.add(each.write(connect(Passwords.field("slow", "guess " + i))));
        }
        report(GUESSING + " clients with wrong passwords");
        for (Peer each : guessing) {
            each.reset();
        }
    }

    /** Another client's round trips over a tunnel that stands, and its new tunnels. */
    private void report(String during) throws IOException {
        long[] roundTrips = new long[ROUND_TRIPS];
        try (Peer client = open()) {
            for (int i = 0; i < ROUND_TRIPS; i++) {
                roundTrips[i] = timed(client);
            }
        }
        long[] tunnels = new long[TUNNELS];
        for (int i = 0; i < TUNNELS; i++) {
            long begun = System.nanoTime();
            try (Peer client = open()) {
                timed(client);
            }
            tunnels[i] = System.nanoTime() - begun;
        }
        System.out.printf(
                Locale.ROOT,
                "%s: round trips %s, new tunnels %s%n",
                during,
                summary(roundTrips),
                summary(tunnels));
    }

    private Peer open() throws IOException {
        Peer client = Peer.from(OTHER, proxy.http());
        client.write(connect(credentials));
        Wiring.CONNECT.expectAccepted(client);
        return client;
    }

    private String connect(String field) {
        return "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n%2$s\r\n"
                .formatted(origin.target().authority(), field);
    }

    private static long timed(Peer client) throws IOException {
        long begun = System.nanoTime();
        client.write("hello");
        assertThat(client.readText(5)).isEqualTo("hello");
        return System.nanoTime() - begun;
    }

    private static String summary(long[] nanos) {
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT,
                "%.2f ms in the median, %.2f at the 99th percentile",
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6);
    }
}
