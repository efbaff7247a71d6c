package conduit.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How long conduit waits for others; every one is longer than zero.
 *
 * @param dial bounds name lookup plus TCP connect, together
 * @param negotiation bounds each protocol handshake: a client's from accept to request, and a
 *     parent's from its connection to its answer; absolute
 * @param httpIdle closes an HTTP connection that is idle between requests for this long
 * @param httpResponse bounds the silence of an origin that has been sent a whole request, if it
 *     does
 */
public record Timeouts(
        Duration dial, Duration negotiation, Duration httpIdle, Optional<Duration> httpResponse) {

    /**
     * Checks each.
     *
     * @throws IllegalArgumentException when one is zero or negative
     */
    public Timeouts {
        requirePositive("dial", dial);
        requirePositive("negotiation", negotiation);
        requirePositive("httpIdle", httpIdle);
        httpResponse.ifPresent(timeout -> requirePositive("httpResponse", timeout));
    }

    static void requirePositive(String name, Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException(name + " must be longer than zero: " + timeout);
        }
    }
}
