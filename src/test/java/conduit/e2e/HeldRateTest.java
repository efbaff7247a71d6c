package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Body;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whether rates hold within 5 % over 10 s, and what moving so much costs. It needs a machine that
 * has time, so it is not part of the normal build: {@code mvn verify -Prates}.
 */
@Tag("rates")
class HeldRateTest {

    private static final Duration LENGTH = Duration.ofSeconds(10);
    private static final Load MORE_THAN_ENOUGH = new Load(100_000_000_000L, 1);

    @ParameterizedTest
    @CsvSource({
        "--relay=copy, CONNECT, --max-rate, 1000000, 1",
        "--relay=copy, CONNECT, --max-rate, 10000000, 1",
        "--relay=copy, CONNECT, --max-rate, 100000000, 1",
        "--relay=copy, CONNECT, --max-rate-total, 20000000, 50",
        "--relay=splice, CONNECT, --max-rate, 1000000, 1",
        "--relay=splice, CONNECT, --max-rate, 10000000, 1",
        "--relay=splice, CONNECT, --max-rate, 100000000, 1",
        "--relay=splice, CONNECT, --max-rate-total, 20000000, 50",
        "--relay=auto, CONNECT, --max-rate-per-client, 20000000, 50",
        "--relay=auto, FORWARD, --max-rate, 10000000, 1",
    })
    void holds(String relay, Wiring wiring, String flag, long rate, int connections)
            throws Exception {
        try (TestProxy proxy = Launch.withBothListeners(relay, flag + "=" + rate).start();
                Origin origin = Origin.listen()) {
            List<Peer> peers = new ArrayList<>();
            List<Background<Long>> readers = new ArrayList<>();
            long end = System.nanoTime() + LENGTH.toNanos();
            long begun = System.nanoTime();
            for (int i = 0; i < connections; i++) {
                Peer client = wiring.ask(proxy, origin.target());
                Peer remote = origin.accept();
                peers.add(client);
                peers.add(remote);
                InputStream in = begin(wiring, client, remote);
                Background<Boolean> ignored =
                        Background.doing(() -> MORE_THAN_ENOUGH.writeTo(remote.out()));
                readers.add(Background.of(() -> readUntil(end, in)));
            }
            long read = 0;
            for (Background<Long> reader : readers) {
                read += reader.result();
            }
            double share = read / (rate * (System.nanoTime() - begun) / 1e9);
            System.out.printf(
                    "%s %s %s=%d, %d connections: %.1f %% of the rate%n",
                    relay, wiring, flag, rate, connections, 100 * share);
            for (Peer peer : peers) {
                peer.reset();
            }
            assertThat(share).isCloseTo(1, within(0.05));
        }
    }

    private static InputStream begin(Wiring wiring, Peer client, Peer remote) throws IOException {
        if (wiring != Wiring.FORWARD) {
            wiring.expectAccepted(client);
            return client.in();
        }
        Head.read(remote.in());
        remote.write(
                "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(MORE_THAN_ENOUGH.size()));
        return Body.ofReply(Head.read(client.in()), client.in());
    }

    private static long readUntil(long end, InputStream in) throws IOException {
        byte[] piece = new byte[65_536];
        long all = 0;
        while (System.nanoTime() - end < 0) {
            all += in.read(piece);
        }
        return all;
    }
}
