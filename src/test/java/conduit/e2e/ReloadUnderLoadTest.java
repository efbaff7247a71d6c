package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Socks5;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reloads that add and remove listeners and rules, one after the other, while tunnels move data and
 * clients come every millisecond.
 */
class ReloadUnderLoadTest {

    private static final long A_MILLISECOND = Duration.ofMillis(1).toNanos();
    private static final int MOST_CLIENTS = 100;

    private static final String KEPT = "http-listen = \"127.0.0.1:0\"\n";

    @TempDir Path folder;

    @Test
    void losesNothing() throws Exception {
        reload(64, 8);
    }

    @Test
    @Tag("reload")
    void losesNothingOfAThousandTunnelsInFiftyReloads() throws Exception {
        reload(1_000, 50);
    }

    private void reload(int tunnels, int reloads) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        file(KEPT);
        Launch launch = Launch.withOnly("--config=" + folder.resolve("conduit.toml"));
        try (TestProxy proxy = launch.start();
                Origin origin = Origin.listen().serving(Origin::echo);
                Origin denied = Origin.listen().serving(Origin::echo);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            proxy.awaitLog(" listening: ");
            List<Future<Long>> moving = new ArrayList<>();
            for (int i = 0; i < tunnels; i++) {
                Peer tunnel = Wiring.CONNECT.open(proxy, origin.target());
                long seed = i;
                moving.add(clients.submit(() -> move(tunnel, seed, over)));
            }
            Background<Integer> coming = Background.of(() -> come(proxy, origin.target(), over));
            long begun = System.nanoTime();
            try {
                for (int i = 0; i < reloads; i++) {
                    expectInForce(proxy, i % 2 == 0, denied.target());
                }
            } finally {
                over.set(true);
            }
            for (Future<Long> tunnel : moving) {
                assertThat(tunnel.get()).as("bytes through a tunnel").isPositive();
            }
            int came = coming.result();
            assertThat(came).as("clients").isPositive();
            System.out.printf(
                    "reload: %d tunnels, %d reloads in %.1f s, %d clients came meanwhile%n",
                    tunnels, reloads, (System.nanoTime() - begun) / 1e9, came);
        }
    }

    private void file(String toml) throws IOException {
        Path fresh = Files.writeString(folder.resolve("fresh"), toml);
        Files.move(fresh, folder.resolve("conduit.toml"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** There is a second listener as long as there is a rule. */
    private void expectInForce(TestProxy proxy, boolean denying, Target target) throws Exception {
        file(
                denying
                        ? KEPT
                                + "socks5-listen = \"127.0.0.1:0\"\ndefault = \"allow\"\n"
                                + "[[rules]]\naction = \"deny\"\nports = "
                                + target.port()
                                + "\n"
                        : KEPT);
        assertThat(proxy.reload())
                .contains(" reloaded: ", denying ? "1 added" : "1 removed", "rules");
        try (Peer client = Wiring.CONNECT.ask(proxy, target)) {
            assertThat(client.readText(12)).isEqualTo(denying ? "HTTP/1.1 403" : "HTTP/1.1 200");
        }
        if (denying) {
            Peer client = Peer.to(proxy.socks5());
            client.write(Socks5.greeting(Socks5.NO_AUTHENTICATION));
            Socks5.expectNoAuthenticationChosen(client);
            client.close();
        }
    }

    /** What comes back must be what went in, to the last byte. */
    private static long move(Peer tunnel, long seed, AtomicBoolean over) throws IOException {
        Random random = new Random(seed);
        long moved = 0;
        try (tunnel) {
            while (!over.get()) {
                byte[] piece = new byte[1 + random.nextInt(20_000)];
                random.nextBytes(piece);
                tunnel.write(piece);
                if (!Arrays.equals(tunnel.read(piece.length), piece)) {
                    throw new AssertionError("other bytes came back behind " + moved);
                }
                moved += piece.length;
                LockSupport.parkNanos(200 * A_MILLISECOND);
            }
            tunnel.finish();
            tunnel.expectEnd();
        }
        return moved;
    }

    /** A client a millisecond, whether or not those before are done; each must be served. */
    private static int come(TestProxy proxy, Target target, AtomicBoolean over) throws Exception {
        List<Future<?>> came = new ArrayList<>();
        // On a machine that is not quick enough for that many they come as it has room for them.
        Semaphore room = new Semaphore(MOST_CLIENTS);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long next = System.nanoTime(); !over.get(); next += A_MILLISECOND) {
                room.acquire();
                came.add(
                        clients.submit(() -> {
                            try (Peer client = Wiring.CONNECT.open(proxy, target)) {
                                assertThat(client.write("hello").readText(5)).isEqualTo("hello");
                            } finally {
                                room.release();
                            }
                            return null;
                        }));
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
        for (Future<?> client : came) {
            client.get();
        }
        return came.size();
    }
}
