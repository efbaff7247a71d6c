package conduit.tunnel;

import java.util.Locale;

/** How a tunnel or an exchange that was not refused ended: the closed list. */
public enum Outcome {
    /** Both directions came to their ends, or the answer was delivered in full. */
    COMPLETED,
    /** One side reset or broke off its connection. */
    RESET,
    /** The client went away before it had an answer. */
    CLIENT_LEFT,
    /** No byte crossed the tunnel for as long as the operator allows. */
    IDLE_TIMEOUT,
    /** One side had finished, and no byte crossed for as long as the operator allows then. */
    HALF_CLOSE_TIMEOUT,
    /** The tunnel had lasted as long as the operator allows. */
    LIFETIME_OVER,
    /** Whoever runs conduit has ended it through the admin listener. */
    ENDED_BY_OPERATOR,
    /** A reload has put a configuration in force that denies it. */
    ENDED_BY_RELOAD,
    /** conduit was told to stop. */
    STOPPED,
    /** A defect of conduit's own; the log has a line at ERROR beside this one. */
    FAILED;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The word for logs, metrics and docs: {@code client-left}. */
    public String label() {
        return label;
    }
}
