package conduit.metrics;

import conduit.config.Inbound;
import conduit.config.Upstream;
import conduit.tunnel.Ending;
import conduit.tunnel.Journal;
import conduit.tunnel.Outcome;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Times;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Counts what ends, on its way to another journal. Its labels come from closed lists, so that no
 * client, user or destination makes a series. Called on event loops.
 */
final class TrafficMetrics implements Journal {

    /** From a connection on this machine to the longest that anybody waits for, in seconds. */
    private static final double[] STEPS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
    };

    /** From a short answer to a tunnel that is kept open, in seconds. */
    private static final double[] LIVES = {0.01, 0.1, 1, 10, 60, 600, 3600, 21_600, 86_400};

    private static final String NOWHERE = "none";

    /** All labels of ways, {@link Upstream#label} among them. */
    private static final List<String> UPSTREAMS = List.of(NOWHERE, "direct", "http", "socks5");

    /** Those of which a tunnel can come; {@code forward} by a switch of protocols. */
    private static final Set<Inbound> TUNNELLED = EnumSet.complementOf(EnumSet.of(Inbound.HTTP));

    private final Journal next;
    private final Counter tunnels;
    private final Counter exchanges;
    private final Counter withoutRequest;
    private final Counter refusals;
    private final Counter wouldDeny;
    private final Counter retries;
    private final Map<Inbound, DistributionDataPoint> durations = new EnumMap<>(Inbound.class);
    private final DistributionDataPoint lookup;
    private final DistributionDataPoint connect;
    private final DistributionDataPoint handshake;
    private final DistributionDataPoint setUp;
    private final DistributionDataPoint firstByte;

    TrafficMetrics(Journal next, PrometheusRegistry registry) {
        this.next = next;
        tunnels =
                counter(
                        registry,
                        "conduit_tunnels",
                        "Tunnels that have ended and were not refused.",
                        "inbound",
                        "upstream",
                        "outcome");
        exchanges =
                counter(
                        registry,
                        "conduit_exchanges",
                        "Forwarded requests that have ended and were not refused.",
                        "inbound",
                        "upstream",
                        "outcome");
        withoutRequest =
                counter(
                        registry,
                        "conduit_connections_without_request",
                        "Connections that ended before anything was asked for, and not refused.",
                        "inbound",
                        "outcome");
        refusals =
                counter(
                        registry,
                        "conduit_refusals",
                        "Clients turned away, by the word of docs/errors.md.",
                        "inbound",
                        "reason");
        wouldDeny =
                counter(
                        registry,
                        "conduit_would_deny",
                        "Tunnels and exchanges that a rule in rehearsal would have denied.",
                        "inbound");
        retries =
                counter(
                        registry,
                        "conduit_retries",
                        "Requests that went out once more, on a new connection.");
        Histogram duration =
                Histogram.builder()
                        .name("conduit_duration_seconds")
                        .help("From accept, or a later request, to the end.")
                        .labelNames("inbound")
                        .classicOnly()
                        .classicUpperBounds(LIVES)
                        .withoutExemplars()
                        .register(registry);
        for (Inbound inbound : Inbound.values()) {
            durations.put(inbound, duration.labelValues(inbound.label()));
        }
        lookup = part(registry, "conduit_lookup_duration_seconds", "Looking a name up.");
        connect = part(registry, "conduit_connect_duration_seconds", "Connecting to the remote.");
        handshake =
                part(
                        registry,
                        "conduit_handshake_duration_seconds",
                        "The handshake with a parent, and TLS with an origin.");
        setUp =
                part(
                        registry,
                        "conduit_setup_duration_seconds",
                        "From accept, or a later request, until the remote was reached.");
        firstByte =
                part(
                        registry,
                        "conduit_first_byte_duration_seconds",
                        "From accept, or a later request, until the remote was heard.");
        beginAtZero();
    }

    /** So that the first of those for which there are alerts is seen as one more. */
    private void beginAtZero() {
        String failed = Outcome.FAILED.label();
        for (String upstream : UPSTREAMS) {
            exchanges.initLabelValues(Inbound.FORWARD.label(), upstream, failed);
            for (Inbound inbound : TUNNELLED) {
                tunnels.initLabelValues(inbound.label(), upstream, failed);
            }
        }
        for (Inbound inbound : Inbound.values()) {
            withoutRequest.initLabelValues(inbound.label(), failed);
            refusals.initLabelValues(inbound.label(), Refusal.OUT_OF_DESCRIPTORS.label());
            wouldDeny.initLabelValues(inbound.label());
        }
    }

    private static Counter counter(
            PrometheusRegistry registry, String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    private static DistributionDataPoint part(
            PrometheusRegistry registry, String name, String help) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(STEPS)
                .withoutExemplars()
                .register(registry);
    }

    @Override
    public void write(Entry entry) {
        count(entry);
        next.write(entry);
    }

    private void count(Entry entry) {
        String inbound = entry.inbound().label();
        switch (entry.ending()) {
            case Ending.TurnedAway(var refused) ->
                    refusals.labelValues(inbound, refused.refusal().label()).inc();
            case Ending.Ended(var outcome, var _, var _) when entry.destination().isEmpty() ->
                    withoutRequest.labelValues(inbound, outcome.label()).inc();
            case Ending.Ended(var outcome, var _, Phase phase) -> {
                boolean isExchange = entry.inbound() == Inbound.FORWARD && phase != Phase.RELAY;
                (isExchange ? exchanges : tunnels)
                        .labelValues(inbound, upstream(entry), outcome.label())
                        .inc();
                observe(
                        Objects.requireNonNull(durations.get(entry.inbound())),
                        entry.times().total());
            }
        }
        if (entry.wouldDeny().isPresent()) {
            wouldDeny.labelValues(inbound).inc();
        }
        if (entry.retries() > 0) {
            retries.inc(entry.retries());
        }
        Times times = entry.times();
        observe(lookup, times.lookup());
        observe(connect, times.connect());
        observe(handshake, times.handshake());
        observe(setUp, times.setUp());
        observe(firstByte, times.firstByte());
    }

    private static String upstream(Entry entry) {
        return entry.upstream().map(Upstream::label).orElse(NOWHERE);
    }

    private static void observe(DistributionDataPoint point, long nanos) {
        if (nanos != Times.NONE) {
            point.observe(nanos / 1e9);
        }
    }
}
