package conduit.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * When and how the configuration is read again.
 *
 * @param file the configuration file; empty when there are flags alone
 * @param watching whether a change of the file is enough, or somebody has to ask
 */
public record Reloading(Optional<Path> file, Watching watching) {

    /** Who notices that the file has changed. */
    public enum Watching {
        /** conduit itself. */
        FILE,
        /** Its operator, who sends a signal. */
        NOTHING
    }

    /** Only when asked, and without a file. */
    public static final Reloading OF_FLAGS = new Reloading(Optional.empty(), Watching.NOTHING);
}
