package conduit.tunnel;

import conduit.relay.Side;
import java.util.Locale;

/** Whose doing it was: the closed list. */
public enum Party {
    /** The client. */
    CLIENT,
    /** The destination, or once a tunnel stands whatever is behind the socket we dialled. */
    REMOTE,
    /** The parent proxy. */
    PARENT,
    /** conduit, or the machine and the name servers it was given. */
    US;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The party at that side of a relay. */
    static Party at(Side side) {
        return switch (side) {
            case CLIENT -> CLIENT;
            case REMOTE -> REMOTE;
            case US -> US;
        };
    }

    /** The word for logs, metrics and docs: {@code parent}. */
    public String label() {
        return label;
    }
}
