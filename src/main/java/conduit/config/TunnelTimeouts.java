package conduit.config;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a tunnel may last, and go without a byte; empty means as long as its peers like. Each is
 * longer than zero.
 *
 * @param idle ends a tunnel that no byte has crossed for this long
 * @param halfClose ends a tunnel of which one side has finished, when no byte has crossed it for
 *     this long since
 * @param lifetime ends a tunnel that has lasted this long, whatever crosses it
 */
public record TunnelTimeouts(
        Optional<Duration> idle, Optional<Duration> halfClose, Optional<Duration> lifetime) {

    /** As long as the peers like. */
    public static final TunnelTimeouts NONE =
            new TunnelTimeouts(Optional.empty(), Optional.empty(), Optional.empty());

    /**
     * Checks each.
     *
     * @throws IllegalArgumentException when one is zero or negative
     */
    public TunnelTimeouts {
        idle.ifPresent(time -> Timeouts.requirePositive("idle", time));
        halfClose.ifPresent(time -> Timeouts.requirePositive("halfClose", time));
        lifetime.ifPresent(time -> Timeouts.requirePositive("lifetime", time));
    }
}
