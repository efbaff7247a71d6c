package conduit.metrics;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;

/**
 * Which configuration is in force, since when, and whether the last one that was offered is it. Any
 * thread.
 */
public final class ConfigurationMetrics {

    /** A number of Prometheus holds so many bits without rounding. */
    private static final int HASH_BITS = 48;

    private record State(long hash, Instant since, boolean lastWasTaken) {}

    private volatile State state;

    ConfigurationMetrics(String effective, Gauges gauges) {
        state = new State(hash(effective), Instant.now(), true);
        gauges.gauge(
                        "conduit_config_hash",
                        "The configuration in force, as a number that is another for another one.",
                        () -> state.hash())
                .gauge(
                        "conduit_config_last_reload_successful",
                        "1 when the last configuration that was offered is in force, 0 when not.",
                        () -> state.lastWasTaken() ? 1 : 0)
                .gauge(
                        "conduit_config_last_reload_success_timestamp_seconds",
                        "Since when it is in force, in seconds since 1970.",
                        () -> state.since().toEpochMilli() / 1e3);
    }

    /** Another one is in force from now on. */
    public void taken(String effective) {
        state = new State(hash(effective), Instant.now(), true);
    }

    /** Another one was offered, and the old one stays. */
    public void refused() {
        state = new State(state.hash(), state.since(), false);
    }

    private static long hash(String effective) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(effective.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong() >>> (Long.SIZE - HASH_BITS);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
