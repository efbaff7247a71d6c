package conduit.tunnel;

/**
 * One direction of an open account: how much of it has been counted, and how fast it has been
 * lately. Lives on the account's event loop.
 */
final class Flow {

    /** What lies so far back counts for a third of what is new. */
    private static final double MEMORY_SECONDS = 3;

    private long counted;
    private float rate;

    /**
     * So many bytes have crossed by now.
     *
     * @param elapsed nanoseconds since the last time
     * @return those among them that had not been counted
     */
    long count(long moved, long elapsed) {
        // An exchange that begins anew on another connection has moved nothing once more.
        long more = Math.max(0, moved - counted);
        counted = moved;
        if ((more > 0 || rate > 0) && elapsed > 0) {
            double seconds = elapsed / 1e9;
            double kept = Math.exp(-seconds / MEMORY_SECONDS);
            rate = (float) (rate * kept + more / seconds * (1 - kept));
        }
        return more;
    }

    /** Bytes that have crossed, as far as they have been counted. */
    long counted() {
        return counted;
    }

    /** Somebody else moves the bytes from here on, who has moved none. */
    void beginAnew() {
        counted = 0;
    }

    /**
     * Bytes per second over the last few seconds, or over its life if that is shorter.
     *
     * @param age nanoseconds since the beginning
     */
    double rate(long age) {
        return age <= 0 ? 0 : rate / -Math.expm1(-age / 1e9 / MEMORY_SECONDS);
    }
}
