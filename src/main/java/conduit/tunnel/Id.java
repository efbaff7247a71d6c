package conduit.tunnel;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one tunnel, exchange or connection without a request is called in the log and wherever else
 * it is shown: no other of this process has it. Another process has others, unless both began
 * within the same second. Made on event loops; its text is made when somebody reads it.
 */
public record Id(long number) {

    private static final String PROCESS = process();

    private static final AtomicLong LAST = new AtomicLong();

    /** Called when the class is loaded, which is soon enough after the process has begun. */
    private static String process() {
        return Long.toString(Instant.now().getEpochSecond(), Character.MAX_RADIX) + '-';
    }

    /** The number of the next one. */
    static long next() {
        return LAST.incrementAndGet();
    }

    /** The one that is written so, if it is one of this process. */
    public static Optional<Id> parse(String text) {
        String digits = text.startsWith(PROCESS) ? text.substring(PROCESS.length()) : "";
        try {
            Id id = new Id(Long.parseLong(digits, Character.MAX_RADIX));
            return id.toString().equals(text) ? Optional.of(id) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** When the process began and the number, both in base 36: {@code t3xk2p-1c9}. */
    @Override
    public String toString() {
        return PROCESS + Long.toString(number, Character.MAX_RADIX);
    }
}
