package conduit.config.flags;

import conduit.config.Draining;
import conduit.config.UnderWay;
import conduit.config.Watching;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The flags about a conduit that runs, a heading of {@link Options}. */
final class OperationFlags {

    static final String WATCH_CONFIG = "--watch-config";

    @Option(
            names = WATCH_CONFIG,
            arity = "0",
            description = {
                "Reload when the content of the --config file changes, also by a link that is set",
                "anew, as Kubernetes does. SIGHUP reloads in any case.",
                "Default: off. Example: --watch-config"
            })
    boolean watch;

    @Option(
            names = "--reload-ends-denied",
            arity = "0",
            description = {
                "With each reload, end the tunnels and exchanges under way that the new rules, guard",
                "or users deny. Without it they go on as they began.",
                "Default: off. Example: --reload-ends-denied"
            })
    boolean endsDenied;

    @Option(
            names = "--shutdown-delay",
            paramLabel = "DURATION",
            converter = ValueForm.TimeOrNone.class,
            defaultValue = "0s",
            description = {
                "When told to stop, go on to accept for this long first, so that a load balancer",
                "learns of it; 0s for not at all.",
                "Default: ${DEFAULT-VALUE}. Example: --shutdown-delay=5s"
            })
    Duration shutdownDelay;

    @Option(
            names = "--drain-timeout",
            paramLabel = "DURATION",
            converter = ValueForm.TimeOrNone.class,
            defaultValue = "30s",
            description = {
                "When told to stop, let what is under way go on for this long; 0s for not at all.",
                "A second SIGTERM ends it at once.",
                "Default: ${DEFAULT-VALUE}. Example: --drain-timeout=5m"
            })
    Duration drainTimeout;

    Draining draining() {
        return new Draining(shutdownDelay, drainTimeout);
    }

    UnderWay underWay() {
        return endsDenied ? UnderWay.IS_JUDGED_AGAIN : UnderWay.GOES_ON;
    }

    Watching watching() {
        return watch ? Watching.FILE : Watching.NOTHING;
    }
}
