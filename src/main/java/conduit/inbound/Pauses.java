package conduit.inbound;

import conduit.config.Listener;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log that a listener does not accept since all seats are taken: at once for the first
 * time, then once a minute how often and how long, and that it is over. Lives on the listener's
 * event loop.
 */
final class Pauses {

    private static final Logger LOG = LoggerFactory.getLogger(Pauses.class);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Listener listener;
    private final IntSupplier most;

    /** Somebody has been told, and is going to be told more. */
    private boolean reporting;

    private boolean paused;
    private long pausedAt;
    private int times;
    private long nanos;

    /**
     * None yet.
     *
     * @param most how many connections are accepted at a time, as it stands
     */
    Pauses(Listener listener, IntSupplier most) {
        this.listener = listener;
        this.most = most;
    }

    void begin(EventExecutor loop) {
        paused = true;
        pausedAt = System.nanoTime();
        times++;
        if (!reporting) {
            reporting = true;
            LOG.warn(
                    "{}: {} connections, as many as are accepted at a time (--max-connections):"
                            + " new ones wait in the kernel's queue",
                    listener,
                    number(most.getAsInt()));
            reportInAMinute(loop);
        }
    }

    void end() {
        paused = false;
        nanos += System.nanoTime() - pausedAt;
    }

    private void reportInAMinute(EventExecutor loop) {
        loop.schedule(() -> report(loop), MINUTE.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void report(EventExecutor loop) {
        if (paused) {
            long now = System.nanoTime();
            nanos += now - pausedAt;
            pausedAt = now;
        }
        if (times == 0 && !paused) {
            reporting = false;
            LOG.info("{}: all connections of the last minute were accepted at once", listener);
            return;
        }
        LOG.warn(
                "{}: in the last minute, new connections had to wait {} times, {} s in all, for one"
                        + " of {} (--max-connections) to end",
                listener,
                number(paused ? Math.max(times, 1) : times),
                number(TimeUnit.NANOSECONDS.toSeconds(nanos)),
                number(most.getAsInt()));
        times = 0;
        nanos = 0;
        reportInAMinute(loop);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
