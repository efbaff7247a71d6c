package conduit.config;

import java.time.Duration;

/**
 * How conduit stops.
 *
 * @param shutdownDelay how long it goes on to accept, so that whoever sends clients here can learn
 *     of it
 * @param timeout how long what is under way may go on after that; zero for not at all
 */
public record Draining(Duration shutdownDelay, Duration timeout) {

    /** As long as Kubernetes waits by default before it kills. */
    public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(30);

    /**
     * Checks both.
     *
     * @throws IllegalArgumentException when one is negative
     */
    public Draining {
        if (shutdownDelay.isNegative() || timeout.isNegative()) {
            throw new IllegalArgumentException("draining: " + shutdownDelay + ", " + timeout);
        }
    }
}
