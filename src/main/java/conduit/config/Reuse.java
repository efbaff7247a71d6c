package conduit.config;

/**
 * How many connections are kept for the next exchange while no exchange uses them; 0 for none.
 *
 * @param perDestination to one origin, or to the parent
 * @param inAll together; beyond it the one that has been idle longest is closed
 */
public record Reuse(int perDestination, int inAll) {

    /** A bound on both; each connection takes a descriptor. */
    public static final int MOST = 1_000_000;

    /**
     * Checks both.
     *
     * @throws IllegalArgumentException when one is negative or larger than {@link #MOST}
     */
    public Reuse {
        requireSensible(perDestination);
        requireSensible(inAll);
    }

    private static void requireSensible(int connections) {
        if (connections < 0 || connections > MOST) {
            throw new IllegalArgumentException("not a number of connections: " + connections);
        }
    }
}
