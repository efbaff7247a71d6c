package conduit.metrics;

import conduit.config.Inbound;
import conduit.tunnel.Census;

/**
 * What is open, and the bytes that have crossed, as the last census found them. Lives on the admin
 * thread.
 */
final class CensusMetrics {

    private Census last = new Census();

    CensusMetrics(Gauges gauges) {
        gauges.gauges(
                "conduit_open",
                "Tunnels and exchanges under way, idle ones without a byte for a minute.",
                series -> {
                    for (Inbound inbound : Inbound.values()) {
                        for (Census.State state : Census.State.values()) {
                            series.call(last.open(inbound, state), inbound.label(), state.label());
                        }
                    }
                },
                "inbound",
                "state");
        gauges.counters(
                "conduit_bytes",
                "Payload delivered, up to remotes and down to clients, live tunnels included.",
                series -> {
                    for (Inbound inbound : Inbound.values()) {
                        series.call((double) last.up(inbound), inbound.label(), "up");
                        series.call((double) last.down(inbound), inbound.label(), "down");
                    }
                },
                "inbound",
                "direction");
    }

    /** Two that were taken at once may come in either order: bytes never go back. */
    void found(Census census) {
        last = census.notBefore(last);
    }
}
