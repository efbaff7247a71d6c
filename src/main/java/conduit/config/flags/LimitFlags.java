package conduit.config.flags;

import conduit.config.ConnectionLimits;
import conduit.config.Limits;
import conduit.config.Rate;
import conduit.config.Rates;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The flags about what clients may take, a heading of {@link Options}. */
final class LimitFlags {

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            converter = ValueForm.ConnectionLimit.class,
            description = {
                "Accept so many client connections at a time (1 to 10000000); more wait in the",
                "kernel's queue. The line \"budget\" at start says what the process can hold.",
                "Default: what the process can hold. Example: --max-connections=10000"
            })
    Optional<Integer> connections;

    @Option(
            names = "--max-connections-per-client",
            paramLabel = "N",
            converter = ValueForm.ConnectionLimit.class,
            description = {
                "Turn a client's connections away while it has so many (1 to 10000000). A client",
                "is an IPv4 address or an IPv6 network.",
                "Default: none. Example: --max-connections-per-client=200"
            })
    Optional<Integer> connectionsPerClient;

    @Option(
            names = "--max-connections-per-user",
            paramLabel = "N",
            converter = ValueForm.ConnectionLimit.class,
            description = {
                "The same for a user who has given a password (1 to 10000000).",
                "Default: none. Example: --max-connections-per-user=200"
            })
    Optional<Integer> connectionsPerUser;

    @Option(
            names = "--max-new-per-client",
            paramLabel = "N",
            converter = ValueForm.ConnectionLimit.class,
            description = {
                "Turn a client's connections away that come faster than so many per second (1 to",
                "10000000), after as many at once.",
                "Default: none. Example: --max-new-per-client=50"
            })
    Optional<Integer> newPerClient;

    @Option(
            names = "--client-ipv6-prefix",
            paramLabel = "BITS",
            converter = ValueForm.ClientPrefix.class,
            defaultValue = "64",
            description = {
                "IPv6 addresses that share so many bits are one client (32 to 128). A link-local",
                "address is always one of its own.",
                "Default: ${DEFAULT-VALUE}. Example: --client-ipv6-prefix=128"
            })
    int clientPrefix6;

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
                "The same for all connections of one client together, as --client-ipv6-prefix has",
                "it.",
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
        return new Limits(
                new ConnectionLimits(
                        number(connections),
                        number(connectionsPerClient),
                        number(connectionsPerUser),
                        number(newPerClient),
                        clientPrefix6),
                new Rates(perConnection, perClient, inTotal));
    }

    private static OptionalInt number(Optional<Integer> given) {
        return given.stream().mapToInt(Integer::intValue).findFirst();
    }
}
