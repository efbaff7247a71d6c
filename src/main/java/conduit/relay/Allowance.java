package conduit.relay;

import java.time.Duration;
import java.util.List;

/**
 * What one direction of one connection may move: it reserves a piece in all of its buckets at once
 * and waits for the slowest. A piece is {@link #TURN} worth of the lowest rate, and smaller the
 * longer others are waiting, so that the turn of each comes soon: n of them wait no longer than
 * their smallest pieces take, or half a second. Lives on the event loop of its connection.
 */
public final class Allowance {

    /** So long a wait makes the pieces half as large. */
    private static final Duration TURN = Duration.ofMillis(50);

    /** Less costs more in system calls than it is worth. */
    static final long SMALLEST_PIECE = 1024;

    /** One pipe: more is not moved at once anyhow. */
    private static final long LARGEST_PIECE = 256 * 1024;

    /** Without any limit. */
    static final Allowance FREE = new Allowance(List.of());

    private final Bucket[] buckets;
    private final long piece;
    private long left;

    private Allowance(List<Bucket> buckets) {
        this.buckets = buckets.toArray(Bucket[]::new);
        long slowest =
                buckets.stream().mapToLong(Bucket::bytesPerSecond).min().orElse(Long.MAX_VALUE);
        this.piece =
                Math.clamp(
                        slowest / (Duration.ofSeconds(1).toNanos() / TURN.toNanos()),
                        SMALLEST_PIECE,
                        LARGEST_PIECE);
    }

    /** One over these; without any, as much as there is. */
    public static Allowance over(List<Bucket> buckets) {
        return buckets.isEmpty() ? FREE : new Allowance(buckets);
    }

    /** Whether there is no limit at all. */
    public boolean isFree() {
        return buckets.length == 0;
    }

    /** Bytes that have been reserved as a piece and not moved. */
    long left() {
        return left;
    }

    /**
     * Reserves a piece of what waits to be moved; in how many nanoseconds it may be.
     *
     * @param waiting bytes, more than 0
     */
    long reserve(long waiting, long now) {
        long bytes = Math.min(waiting, pieceAmong(now));
        left += bytes;
        return charge(bytes, now);
    }

    private long pieceAmong(long now) {
        long longest = 0;
        for (Bucket bucket : buckets) {
            longest = Math.max(longest, bucket.backlog(now));
        }
        long halvings = Math.min(longest / TURN.toNanos(), Long.SIZE - 1);
        return Math.max(SMALLEST_PIECE, piece >> halvings);
    }

    /** Reserves exactly so much beside any piece; in how many nanoseconds it may be moved. */
    public long charge(long bytes, long now) {
        long longest = 0;
        for (Bucket bucket : buckets) {
            longest = Math.max(longest, bucket.reserve(bytes, now));
        }
        return longest;
    }

    /** Bytes have been moved; what goes beyond the piece is paid for by the next one's wait. */
    void spend(long bytes, long now) {
        if (bytes > left) {
            long ignored = charge(bytes - left, now);
        }
        left = Math.max(0, left - bytes);
    }

    /** Gives back what is left, to whoever comes next. */
    void giveBack() {
        if (left > 0) {
            for (Bucket bucket : buckets) {
                bucket.giveBack(left);
            }
            left = 0;
        }
    }
}
