package conduit.admin;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether new clients are to be sent here. Has nothing to do with whether a parent or a destination
 * can be reached: if it had, one that is down would take away the last proxy that says so. Any
 * thread.
 */
public final class Readiness {

    private volatile @Nullable String whyNot = "starting";

    /** Clients are welcome. */
    public void ready() {
        whyNot = null;
    }

    /** They are not, for a reason in a word or two. */
    public void notReady(String why) {
        whyNot = why;
    }

    /** Why not, if not. */
    Optional<String> whyNot() {
        return Optional.ofNullable(whyNot);
    }
}
