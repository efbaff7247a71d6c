package conduit.config.flags;

import conduit.config.Limits;
import conduit.config.Rate;
import conduit.config.Rates;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags about what clients may take, a heading of {@link Options}. */
final class LimitFlags {

    @Option(
            names = "--max-rate",
            paramLabel = "RATE",
            converter = ValueForm.BytesPerSecond.class,
            description = {
                "Move no more bytes than this for one connection of a client, each way by itself",
                "(1Ki to 100G).",
                "Default: none. Example: --max-rate=10M"
            })
    Optional<Rate> perConnection;

    @Option(
            names = "--max-rate-per-client",
            paramLabel = "RATE",
            converter = ValueForm.BytesPerSecond.class,
            description = {
                "The same for all connections of one client together. A client is an IPv4 address",
                "or an IPv6 network of 64 bits.",
                "Default: none. Example: --max-rate-per-client=20M"
            })
    Optional<Rate> perClient;

    @Option(
            names = "--max-rate-total",
            paramLabel = "RATE",
            converter = ValueForm.BytesPerSecond.class,
            description = {
                "The same for all clients together.",
                "Default: none. Example: --max-rate-total=1G"
            })
    Optional<Rate> inTotal;

    @Option(
            names = "--max-tunnel-lifetime",
            paramLabel = "DURATION",
            converter = ValueForm.Time.class,
            description = {
                "End a tunnel that has lasted this long, whatever crosses it.",
                "Default: none. Example: --max-tunnel-lifetime=12h"
            })
    Optional<Duration> lifetime;

    Limits limits() {
        return new Limits(new Rates(perConnection, perClient, inTotal));
    }
}
