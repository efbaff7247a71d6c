package conduit;

import conduit.admin.AdminListener;
import conduit.admin.CannotListenException;
import conduit.admin.Controls;
import conduit.admin.Readiness;
import conduit.admin.Subjects;
import conduit.config.Administration;
import conduit.limits.Seats;
import conduit.metrics.ConfigurationMetrics;
import conduit.metrics.Metrics;
import conduit.metrics.TopTalkers;
import conduit.observe.LogDrops;
import conduit.outbound.dns.Resolver;
import conduit.outbound.pool.PoolCounts;
import conduit.relay.KernelRelay;
import conduit.transport.Transport;
import conduit.tunnel.Journal;
import conduit.tunnel.OpenAccounts;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What those who run conduit see of it while it runs, and the switches that they have: what is
 * under way, the metrics, the admin listener. Without a listener nothing is counted that nobody
 * could read.
 */
final class Operations implements AutoCloseable {

    private final Transport transport;
    private volatile String effective;
    private final Readiness readiness = new Readiness();
    private final OpenAccounts open;
    private final Optional<Watched> watched;

    /** What there is only when somebody can look at it. */
    private record Watched(
            AdminListener listener,
            Metrics metrics,
            ConfigurationMetrics configuration,
            TopTalkers top) {}

    /**
     * Nobody is listened to yet.
     *
     * @param accessLog where every end is written down
     * @param effective the configuration as {@code conduit check} prints it
     */
    Operations(
            Journal accessLog,
            Transport transport,
            Optional<Administration> admin,
            String effective) {
        this.transport = transport;
        this.effective = effective;
        if (admin.isEmpty()) {
            watched = Optional.empty();
            open = new OpenAccounts(accessLog, transport.eventLoops());
        } else {
            Metrics metrics = new Metrics();
            TopTalkers top = new TopTalkers(metrics.counting(accessLog));
            watched =
                    Optional.of(
                            new Watched(
                                    new AdminListener(admin.get()),
                                    metrics,
                                    metrics.configuration(effective),
                                    top));
            open = new OpenAccounts(top, transport.eventLoops());
        }
    }

    /** Where tunnels and exchanges are written down from their beginning. */
    OpenAccounts journal() {
        return open;
    }

    /**
     * Binds, if that is wanted; nobody is answered yet.
     *
     * @return where
     */
    Optional<InetSocketAddress> bind(Running running, Supplier<LogDrops> drops, Controls controls)
            throws CannotListenException {
        if (watched.isEmpty()) {
            return Optional.empty();
        }
        Watched parts = watched.get();
        addGauges(parts.metrics(), running.seats(), running.resolver(), running.poolCounts());
        parts.metrics()
                .gauges()
                .counter(
                        "conduit_log_messages_lost",
                        "Own messages that could not be written.",
                        () -> drops.get().messages())
                .counter(
                        "conduit_access_lines_lost",
                        "Lines of an access log of its own that could not be written.",
                        () -> drops.get().accessLines());
        parts.metrics().watch(transport.eventLoops());
        open.watch();
        return Optional.of(
                parts.listener()
                        .bind(
                                new Subjects(
                                        open,
                                        parts.metrics(),
                                        parts.top(),
                                        readiness,
                                        () -> effective,
                                        controls)));
    }

    private static void addGauges(Metrics metrics, Seats seats, Resolver names, PoolCounts pool) {
        metrics.gauges()
                .gauge("conduit_connections", "Client connections accepted.", seats::taken)
                .gauge(
                        "conduit_connections_limit",
                        "Client connections that are accepted at a time.",
                        seats::most)
                .gauge(
                        "conduit_dns_cache_entries",
                        "Names whose addresses are remembered.",
                        names::remembered)
                .counter("conduit_dns_cache_hits", "Lookups answered from memory.", names::hits)
                .counter(
                        "conduit_dns_cache_misses",
                        "Lookups for which servers were asked.",
                        names::misses)
                .gauge(
                        "conduit_pool_idle_plain",
                        "Idle connections to origins and HTTP parents, without TLS.",
                        pool::idlePlain)
                .gauge(
                        "conduit_pool_idle_secured",
                        "Idle connections to origins, with TLS.",
                        pool::idleSecured)
                .counter(
                        "conduit_pool_hits",
                        "Exchanges that were carried over an idle connection.",
                        pool::hits)
                .counter(
                        "conduit_pool_misses",
                        "Exchanges for which a connection was dialled.",
                        pool::misses)
                .gauge(
                        "conduit_pipes",
                        "Pipes that bytes are spliced through, two descriptors each.",
                        KernelRelay::pipes);
    }

    /** New clients are to be sent here, and whoever asks is answered. */
    void ready() {
        readiness.ready();
        watched.ifPresent(parts -> parts.listener().accept());
    }

    /** Clients had better go elsewhere. */
    void notReady() {
        readiness.notReady("stopping");
    }

    /** Another configuration is in force. */
    void reloaded(String now) {
        effective = now;
        watched.ifPresent(parts -> parts.configuration().taken(now));
    }

    /** Another configuration was offered, and the old one stays. */
    void notReloaded() {
        watched.ifPresent(parts -> parts.configuration().refused());
    }

    /** Nobody is listened to any longer. */
    @Override
    public void close() {
        notReady();
        watched.ifPresent(parts -> parts.listener().close());
    }
}
