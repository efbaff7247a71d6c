package conduit.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.config.Upstream;
import conduit.tunnel.Census;
import conduit.tunnel.Ending;
import conduit.tunnel.Id;
import conduit.tunnel.Journal;
import conduit.tunnel.Outcome;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Times;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Prometheus sees an increase only of what it has seen before. */
class TrafficMetricsTest {

    private static final InetSocketAddress CLIENT =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711);
    private static final Destination SOMEWHERE = new Destination.Name("example.com", 80);
    private static final List<Upstream> UPSTREAMS =
            List.of(
                    new Upstream.Direct(),
                    new Upstream.HttpParent(SOMEWHERE, Optional.empty()),
                    new Upstream.SocksParent(SOMEWHERE, Optional.empty()));

    private final Metrics metrics = new Metrics();
    private final Journal journal = metrics.counting(_ -> {});

    private void write(
            Inbound inbound,
            Optional<Destination> destination,
            Optional<Upstream> upstream,
            Optional<String> wouldDeny,
            Ending ending) {
        journal.write(
                new Journal.Entry(
                        Instant.EPOCH,
                        new Id(1),
                        CLIENT,
                        Optional.empty(),
                        inbound,
                        Optional.empty(),
                        destination,
                        upstream,
                        Optional.empty(),
                        Optional.empty(),
                        wouldDeny,
                        ending,
                        0,
                        0,
                        0,
                        Times.of(0)));
    }

    private static Ending failed(Phase phase) {
        return new Ending.Ended(Outcome.FAILED, Party.US, phase);
    }

    private Set<String> series() {
        return new String(metrics.text(new Census()), UTF_8)
                .lines()
                .filter(line -> line.matches("conduit_\\w+_total[{ ].*"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Class<?>> kinds(Class<?> of) {
        return of.isSealed()
                ? Stream.of(of.getPermittedSubclasses()).flatMap(TrafficMetricsTest::kinds)
                : Stream.of(of);
    }

    @Test
    void beginsAtZeroWithWhateverThereAreAlertsFor() {
        assertThat(UPSTREAMS)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrderElementsOf(kinds(Upstream.class).toList());
        Set<String> before = series();
        assertThat(before).isNotEmpty();
        for (Inbound inbound : Inbound.values()) {
            if (inbound != Inbound.HTTP) {
                UPSTREAMS.forEach(upstream -> fail(inbound, Optional.of(upstream)));
                fail(inbound, Optional.empty());
            }
            write(
                    inbound,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    failed(Phase.NEGOTIATION));
            write(
                    inbound,
                    Optional.of(SOMEWHERE),
                    Optional.empty(),
                    Optional.of("rule"),
                    Ending.refused(Refusal.OUT_OF_DESCRIPTORS, "none left"));
        }
        assertThat(series()).isEqualTo(before);
    }

    /** As a tunnel, and where it can be one as an exchange; HTTP by itself is neither. */
    private void fail(Inbound inbound, Optional<Upstream> upstream) {
        for (Phase phase : List.of(Phase.RELAY, Phase.RESPONSE)) {
            write(inbound, Optional.of(SOMEWHERE), upstream, Optional.empty(), failed(phase));
        }
    }
}
