package conduit.config;

/**
 * How tunnels are carried once they are negotiated.
 *
 * @param timeouts when a silent tunnel ends
 * @param threads event loops, 1 to {@value #MOST_THREADS}
 */
public record Relaying(RelayMode mode, TunnelTimeouts timeouts, int threads) {

    /** Far more than there are processors anywhere: a bound against mistyping. */
    public static final int MOST_THREADS = 1024;

    /**
     * Checks the number of threads.
     *
     * @throws IllegalArgumentException when it is out of range
     */
    public Relaying {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException("threads: " + threads);
        }
    }
}
