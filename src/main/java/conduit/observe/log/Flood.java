package conduit.observe.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Holds back what could come with each connection, if there is a way for a peer to cause it at all:
 * messages of a defect of ours, and whatever Netty says. Of each kind, which is a message before
 * its values are put in, so many are written in a minute, and the others are counted. Our warnings
 * have bounds of their own, where they are made. For any thread; errors are rare enough for a lock.
 */
final class Flood {

    /** Enough to see what is wrong. */
    static final int MOST = 10;

    /** Ours are fewer; Netty puts values into some. */
    static final int MOST_KINDS = 200;

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final String NETTY = "io.netty";

    /**
     * What becomes of a message.
     *
     * @param earlier what is to be said first of those that were held back
     */
    record Verdict(boolean passes, Optional<String> earlier) {}

    private static final Verdict PASSES = new Verdict(true, Optional.empty());
    private static final Verdict HELD = new Verdict(false, Optional.empty());

    private final LongSupplier nanoTime;
    private final Map<String, Integer> kinds = new HashMap<>();
    private long minuteBegunAt;
    private long held;

    Flood(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.minuteBegunAt = nanoTime.getAsLong();
    }

    Verdict of(ILoggingEvent event) {
        boolean perhapsByPeers =
                event.getLevel().isGreaterOrEqual(Level.ERROR)
                        || event.getLoggerName().startsWith(NETTY);
        return perhapsByPeers ? another(event.getLoggerName() + event.getMessage()) : PASSES;
    }

    private synchronized Verdict another(String kind) {
        long now = nanoTime.getAsLong();
        long before = 0;
        if (now - minuteBegunAt >= MINUTE) {
            minuteBegunAt = now;
            kinds.clear();
            before = held;
            held = 0;
        }
        int count = count(kind);
        if (count > MOST) {
            held++;
            return HELD;
        }
        return before == 0
                ? PASSES
                : new Verdict(
                        true,
                        Optional.of(
                                before
                                        + " messages like those before were not written: "
                                        + MOST
                                        + " of a kind are, in a minute"));
    }

    private int count(String kind) {
        if (kinds.size() >= MOST_KINDS && !kinds.containsKey(kind)) {
            return MOST + 1;
        }
        return kinds.merge(kind, 1, Integer::sum);
    }
}
