package conduit.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What it takes to look at 9,000 tunnels, and how others fare meanwhile; printed, not judged. Not
 * part of the normal build: {@code mvn verify -Plive}.
 */
@Tag("live")
class LiveListTest {

    private static final int TUNNELS = 9_000;
    private static final int LOOKS = 400;
    private static final int WARM = 40;
    private static final int RELOADS = 100;

    /** By how late a timer is, in seconds; every loop sets itself ten a second. */
    private static final List<String> STEPS = List.of("0.001", "0.002", "0.005", "0.01", "+Inf");

    @Test
    void looksAtAllOfThem() throws Exception {
        List<SocketChannel> held = new CopyOnWriteArrayList<>();
        List<SocketChannel> clients = new ArrayList<>();
        try (TestProxy proxy =
                        Launch.withBothListeners(
                                        "--admin-listen=127.0.0.1:0",
                                        "--reload-ends-denied",
                                        "--deny-to=denied.test",
                                        "--deny-to=198.51.100.0/24")
                                .onJvm(
                                        "-XX:TieredStopAtLevel=4",
                                        // What a JVM chooses on two processors.
                                        "-XX:-UseSerialGC",
                                        "-XX:+UseG1GC",
                                        "-Dio.netty.leakDetection.level=simple")
                                .start();
                ServerSocketChannel origin = ServerSocketChannel.open();
                Origin echo = Origin.listen().serving(Origin::echo);
                Peer other = Wiring.SOCKS5.open(proxy, echo.target())) {
            origin.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
            Background<Boolean> accepting =
                    Background.doing(() -> {
                        for (int i = 0; i < TUNNELS; i++) {
                            held.add(origin.accept());
                        }
                    });
            byte[] request =
                    Wiring.SOCKS5.request(
                            Target.parse(
                                    "127.0.0.1:"
                                            + ((InetSocketAddress) origin.getLocalAddress())
                                                    .getPort()));
            for (int i = 0; i < TUNNELS; i++) {
                clients.add(open(proxy.socks5(), request));
            }
            accepting.result();
            Admin admin = Admin.of(proxy);
            roundTrips(other, () -> Thread.sleep(3_000));
            List<Double> before = timers(admin);
            long[] alone = roundTrips(other, () -> Thread.sleep(10_000));
            print("alone", new long[] {0}, alone, late(before, timers(admin)));
            look(admin, other, "by age, 100 rows", "?limit=100");
            look(admin, other, "by age, 1000 rows", "?limit=1000");
            look(admin, other, "by rate, filtered", "?sort=rate&filter=127.0.0.1&limit=100");
            look(admin, other, "by round trip", "?sort=round_trip&limit=100");
            judge(admin.sending("X-Conduit-Request: 1"), other);
        } finally {
            for (SocketChannel channel : clients) {
                channel.close();
            }
            for (SocketChannel channel : held) {
                channel.close();
            }
        }
    }

    private static SocketChannel open(InetSocketAddress proxy, byte[] request) throws IOException {
        SocketChannel client = SocketChannel.open(proxy);
        client.write(ByteBuffer.wrap(request));
        ByteBuffer answer = ByteBuffer.allocate(12);
        while (answer.hasRemaining() && client.read(answer) >= 0) {}
        return client;
    }

    private static void look(Admin admin, Peer other, String what, String query) throws Exception {
        for (int i = 0; i < WARM; i++) {
            admin.get("/api/tunnels" + query);
        }
        List<Double> before = timers(admin);
        long[] took = new long[LOOKS];
        long[] others =
                roundTrips(
                        other,
                        () -> {
                            for (int i = 0; i < LOOKS; i++) {
                                long begun = System.nanoTime();
                                String body = admin.get("/api/tunnels" + query).body();
                                took[i] = System.nanoTime() - begun;
                                assertThat(body).startsWith("{\"open\":" + (TUNNELS + 1) + ",");
                            }
                        });
        print(what, took, others, late(before, timers(admin)));
    }

    /** How many timers of the event loops rang, by how late at most. */
    private static List<Double> timers(Admin admin) throws IOException {
        String metrics = admin.get("/metrics").body();
        return STEPS.stream()
                .map(step ->
                        Admin.value(
                                metrics, "conduit_loop_lag_seconds_bucket{le=\"" + step + "\"}"))
                .toList();
    }

    private static String late(List<Double> before, List<Double> after) {
        List<Long> rang = new ArrayList<>();
        for (int i = 0; i < STEPS.size(); i++) {
            rang.add(Math.round(after.get(i) - before.get(i)));
        }
        return "of %d timers of the loops %d were later than 1 ms, %d than 2, %d than 5, %d than 10"
                .formatted(
                        rang.getLast(),
                        rang.getLast() - rang.get(0),
                        rang.getLast() - rang.get(1),
                        rang.getLast() - rang.get(2),
                        rang.getLast() - rang.get(3));
    }

    /** Each reload asks the policy about every one of them. */
    private static void judge(Admin operator, Peer other) throws Exception {
        for (int i = 0; i < WARM; i++) {
            operator.ask("POST", "/api/reload");
        }
        List<Double> before = timers(operator);
        long[] took = new long[RELOADS];
        long[] others =
                roundTrips(
                        other,
                        () -> {
                            for (int i = 0; i < RELOADS; i++) {
                                long begun = System.nanoTime();
                                Admin.Response done = operator.ask("POST", "/api/reload");
                                took[i] = System.nanoTime() - begun;
                                assertThat(done.status()).isEqualTo(200);
                            }
                        });
        assertThat(operator.get("/api/tunnels").json().get("open").getAsInt())
                .isEqualTo(TUNNELS + 1);
        print("judged by a reload", took, others, late(before, timers(operator)));
    }

    private interface Work {
        void run() throws Exception;
    }

    /** Of one who is served by the same event loops, while something is done. */
    private static long[] roundTrips(Peer other, Work meanwhile) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Background<List<Long>> tripping =
                Background.of(() -> {
                    List<Long> trips = new ArrayList<>();
                    while (!over.get()) {
                        long begun = System.nanoTime();
                        other.write("x");
                        other.read(1);
                        trips.add(System.nanoTime() - begun);
                        Thread.sleep(0, 200_000);
                    }
                    return trips;
                });
        try {
            meanwhile.run();
        } finally {
            over.set(true);
        }
        return tripping.result().stream().mapToLong(Long::longValue).toArray();
    }

    private static void print(String what, long[] took, long[] trips, String timers) {
        Arrays.sort(took);
        Arrays.sort(trips);
        System.out.printf(
                "%-20s took: median %.1f ms, longest %.1f ms; others' round trips: median %.3f ms,"
                        + " 99 %% %.3f ms, longest %.3f ms of %d; %s%n",
                what,
                millis(took[took.length / 2]),
                millis(took[took.length - 1]),
                millis(trips[trips.length / 2]),
                millis(trips[trips.length * 99 / 100]),
                millis(trips[trips.length - 1]),
                trips.length,
                timers);
    }

    private static double millis(long nanos) {
        return (double) nanos / TimeUnit.MILLISECONDS.toNanos(1);
    }
}
