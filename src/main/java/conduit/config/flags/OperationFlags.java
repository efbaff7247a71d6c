package conduit.config.flags;

import conduit.config.Reloading;
import conduit.config.Reloading.Watching;
import java.nio.file.Path;
import java.util.Optional;
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

    Reloading reloading(Optional<Path> file) {
        return new Reloading(file, watch ? Watching.FILE : Watching.NOTHING);
    }
}
