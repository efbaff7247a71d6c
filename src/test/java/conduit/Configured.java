package conduit;

import conduit.config.Configuration;
import conduit.config.flags.Invocation;

/** What flags mean, for tests below the command line. */
final class Configured {

    private Configured() {}

    static Configuration by(String... flags) {
        return switch (Invocation.parse(flags)) {
            case Invocation.Run run -> run.configuration();
            case Invocation other -> throw new AssertionError(other);
        };
    }
}
