package conduit.relay;

import conduit.config.Rate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate that many share, on any thread: each is told when it is its turn, in the order of asking,
 * so that nobody has to ask again. All that is kept is the time at which whatever has been reserved
 * so far will have been paid for at this rate (GCRA, ITU-T I.371). Times are nanoseconds as {@link
 * System#nanoTime} tells.
 *
 * <p>Invariant: what may be moved within any time is what the rate brings in it and one burst, if
 * nothing is given back. What is given back is nobody's turn, and comes behind the turns of others.
 */
public final class Bucket {

    /** So much may come at once after a pause, and so late may a timer be without loss. */
    static final Duration BURST = Duration.ofMillis(100);

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final long bytesPerSecond;
    private final long burst;
    private final AtomicLong paidAt;

    /** One of which nothing has been reserved. */
    public Bucket(Rate rate, long now) {
        bytesPerSecond = rate.bytesPerSecond();
        // At the lowest rates the smallest piece would wait before anything has been moved.
        burst = Math.max(BURST.toNanos(), atLeast(Allowance.SMALLEST_PIECE));
        paidAt = new AtomicLong(now);
    }

    /** Reserves bytes; in how many nanoseconds they may be moved, 0 for at once. */
    long reserve(long bytes, long now) {
        long cost = atLeast(bytes);
        while (true) {
            long before = paidAt.get();
            long after = (before - now > 0 ? before : now) + cost;
            if (paidAt.compareAndSet(before, after)) {
                return Math.max(0, after - burst - now);
            }
        }
    }

    /** Takes a reservation of bytes back that will not be moved. */
    void giveBack(long bytes) {
        paidAt.addAndGet(-(bytes * SECOND / bytesPerSecond));
    }

    /** How long whoever came now would wait for those before him; nanoseconds. */
    long backlog(long now) {
        return Math.max(0, paidAt.get() - burst - now);
    }

    /** Whether it is as good as new. */
    public boolean isIdle(long now) {
        return paidAt.get() - now <= 0;
    }

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** What bytes cost; rounded up, so that many small pieces are not faster than one. */
    private long atLeast(long bytes) {
        return Math.ceilDiv(bytes * SECOND, bytesPerSecond);
    }
}
