package conduit.e2e.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Socks5;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * How far it is to the first byte of the destination's answer: round trips on each stretch of the
 * way, TCP's handshake included, for each of the nine combinations. ARCHITECTURE.md has the table.
 */
class RoundTripTest {

    private static final Duration ONE_WAY = Duration.ofMillis(100);

    private static final byte[] QUESTION = "ping".getBytes(US_ASCII);

    /** From the client to conduit, from there to the parent, and on to the destination. */
    private static final String BUDGET =
            """
            PATIENT FORWARD DIRECT: 2 0 2
            PATIENT FORWARD HTTP: 2 2 2
            PATIENT FORWARD SOCKS5: 2 4 2
            PATIENT CONNECT DIRECT: 3 0 2
            PATIENT CONNECT HTTP: 3 3 2
            PATIENT CONNECT SOCKS5: 3 4 2
            PATIENT SOCKS5 DIRECT: 4 0 2
            PATIENT SOCKS5 HTTP: 4 3 2
            PATIENT SOCKS5 SOCKS5: 4 4 2
            HASTY CONNECT DIRECT: 2 0 2
            HASTY CONNECT HTTP: 2 3 2
            HASTY CONNECT SOCKS5: 2 4 2
            HASTY SOCKS5 DIRECT: 2 0 2
            HASTY SOCKS5 HTTP: 2 3 2
            HASTY SOCKS5 SOCKS5: 2 4 2
            """;

    /** What the client sends when. */
    enum Client {
        /** Waits for each answer before it goes on. */
        PATIENT {
            @Override
            void openAndAsk(Wiring wiring, Peer client, Target destination) throws IOException {
                if (wiring == Wiring.SOCKS5) {
                    client.write(Socks5.greeting(Socks5.NO_AUTHENTICATION));
                    Socks5.expectNoAuthenticationChosen(client);
                    client.write(Socks5.connect(destination));
                    assertThat(Socks5.Reply.read(client).code()).isZero();
                } else {
                    client.write(wiring.request(destination));
                    wiring.expectAccepted(client);
                }
                client.write(QUESTION);
            }
        },
        /** Sends everything at once. */
        HASTY {
            @Override
            void openAndAsk(Wiring wiring, Peer client, Target destination) throws IOException {
                client.write(wiring.request(destination), QUESTION);
                wiring.expectAccepted(client);
            }
        };

        /** Those for which it makes a difference: what is forwarded is one question anyhow. */
        List<Wiring> wirings() {
            return this == PATIENT
                    ? List.of(Wiring.values())
                    : List.of(Wiring.CONNECT, Wiring.SOCKS5);
        }

        /** Has a tunnel opened, and sends the question through it. */
        abstract void openAndAsk(Wiring wiring, Peer client, Target destination) throws IOException;
    }

    @AutoClose private static final TestProxy parent = TestProxy.with();

    @Test
    void noCombinationNeedsMoreThanItsBudget() throws Exception {
        List<Background<List<String>>> counting =
                Stream.of(Upstream.values())
                        .map(upstream -> Background.of(() -> countThrough(upstream)))
                        .toList();
        List<String> counted = new ArrayList<>();
        for (Background<List<String>> part : counting) {
            counted.addAll(part.result());
        }
        assertThat(counted).containsExactlyInAnyOrderElementsOf(BUDGET.lines().toList());
    }

    private static List<String> countThrough(Upstream upstream) throws Exception {
        return switch (upstream) {
            case DIRECT -> {
                // Nobody crosses the stretch to a parent.
                try (Stretch unused = Stretch.to(parent.http(), ONE_WAY);
                        TestProxy proxy = TestProxy.with()) {
                    yield count(upstream, proxy, unused);
                }
            }
            case HTTP -> countThrough(upstream, parent.http());
            case SOCKS5 -> countThrough(upstream, parent.socks5());
        };
    }

    private static List<String> countThrough(Upstream upstream, InetSocketAddress nextHop)
            throws Exception {
        try (Stretch toTheParent = Stretch.to(nextHop, ONE_WAY);
                TestProxy proxy = TestProxy.with(upstream.flag(toTheParent.target()))) {
            return count(upstream, proxy, toTheParent);
        }
    }

    /** One after the other, since the stretch to the parent is the same. */
    private static List<String> count(Upstream upstream, TestProxy proxy, Stretch toTheParent)
            throws Exception {
        List<String> counted = new ArrayList<>();
        for (Client manner : Client.values()) {
            for (Wiring wiring : manner.wirings()) {
                String trips = count(manner, wiring, proxy, toTheParent);
                counted.add("%s %s %s: %s".formatted(manner, wiring, upstream, trips));
            }
        }
        return counted;
    }

    private static String count(Client manner, Wiring wiring, TestProxy proxy, Stretch toTheParent)
            throws Exception {
        toTheParent.countAnew();
        try (Origin origin = Origin.listen().serving(remote -> answer(wiring, remote));
                Stretch last = Stretch.to(origin.target().address(), ONE_WAY);
                Stretch first = Stretch.to(wiring.listener(proxy), ONE_WAY)) {
            List<Stretch> way = List.of(first, toTheParent, last);
            long begun = System.nanoTime();
            try (Peer client = Peer.to(first.target().address())) {
                if (wiring == Wiring.FORWARD) {
                    client.write(wiring.request(last.target()));
                } else {
                    manner.openAndAsk(wiring, client, last.target());
                }
                client.read(1);
                Duration taken = Duration.ofNanos(System.nanoTime() - begun);
                // Had it taken less, something would have crossed that was not counted.
                int answers = way.stream().mapToInt(Stretch::answers).sum();
                assertThat(taken).isGreaterThanOrEqualTo(ONE_WAY.multipliedBy(2L * answers));
                return way.stream()
                        .map(stretch -> Integer.toString(stretch.roundTrips()))
                        .collect(Collectors.joining(" "));
            }
        }
    }

    private static void answer(Wiring wiring, Peer remote) throws IOException {
        if (wiring == Wiring.FORWARD) {
            Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        } else {
            remote.read(QUESTION.length);
            remote.write("pong");
        }
        remote.readToClose();
    }
}
