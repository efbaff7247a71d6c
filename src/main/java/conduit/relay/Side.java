package conduit.relay;

import java.util.Locale;

/** Who did it: one of the two ends of a relay, or conduit itself. */
public enum Side {
    /** The socket we accepted. */
    CLIENT,
    /** The socket we dialled. */
    REMOTE,
    /** conduit. */
    US;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The word for logs, metrics and docs: {@code remote}. */
    public String label() {
        return label;
    }
}
