package conduit.config;

/**
 * How fast bytes may move one way.
 *
 * @param bytesPerSecond {@value #LEAST} to {@value #MOST}
 */
public record Rate(long bytesPerSecond) {

    /** Less is of no use to anybody, and a read of the smallest size would wait for seconds. */
    public static final long LEAST = 1024;

    /** More than a machine moves: a bound against mistyping. */
    public static final long MOST = 100_000_000_000L;

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException when it is out of range
     */
    public Rate {
        if (bytesPerSecond < LEAST || bytesPerSecond > MOST) {
            throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond);
        }
    }
}
