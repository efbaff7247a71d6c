package conduit.config;

import java.time.Duration;

/**
 * Whether and how the kernel probes silent TCP connections, so that a peer which vanished is
 * noticed. Applies to every accepted and every dialled connection.
 */
public sealed interface KeepAlive {

    /** No probes. */
    record Off() implements KeepAlive {}

    /** Probes at the times the kernel is set to (on Linux {@code net.ipv4.tcp_keepalive_*}). */
    record KernelDefaults() implements KeepAlive {}

    /**
     * Probes at our own times, in whole seconds, since that is what the socket options take.
     *
     * @param idle silence before the first probe, 1 to 32767 s
     * @param interval time between probes, 1 to 32767 s
     * @param count unanswered probes after which the connection is dead, 1 to 127
     */
    record Every(Duration idle, Duration interval, int count) implements KeepAlive {

        /** Linux, include/net/tcp.h: MAX_TCP_KEEPIDLE and MAX_TCP_KEEPINTVL. */
        public static final int MOST_SECONDS = 32_767;

        /** Linux, include/net/tcp.h: MAX_TCP_KEEPCNT. */
        public static final int MOST_PROBES = 127;

        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException when the kernel would refuse a value
         */
        public Every {
            requireWholeSeconds("idle", idle);
            requireWholeSeconds("interval", interval);
            if (count < 1 || count > MOST_PROBES) {
                throw new IllegalArgumentException("count must be 1 to 127: " + count);
            }
        }

        private static void requireWholeSeconds(String name, Duration time) {
            boolean inRange = time.isPositive() && time.getSeconds() <= MOST_SECONDS;
            if (!inRange || time.getNano() != 0) {
                throw new IllegalArgumentException(name + " must be 1 to 32767 s: " + time);
            }
        }
    }
}
