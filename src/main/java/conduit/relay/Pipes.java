package conduit.relay;

import conduit.linux.Kernel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The pipes of one event loop, lent to directions while bytes are in flight: an idle tunnel has
 * none. Invariant: a pipe is empty when it is lent and when it comes back; one that is not is
 * closed instead. Lives on its event loop.
 */
final class Pipes {

    /** Enough for the directions that stream at one moment; more are closed when they come back. */
    private static final int MOST_KEPT = 64;

    /** A pipe, and how many bytes are in it. */
    static final class Pipe {
        final int reading;
        final int writing;
        long held;

        private Pipe(int reading, int writing) {
            this.reading = reading;
            this.writing = writing;
        }
    }

    /** Pipes that nobody borrowed for so long are closed. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    /** Of all event loops, as the descriptors are. */
    private static final LongAdder OPEN = new LongAdder();

    private final Kernel kernel;
    private final EventLoop loop;
    private final ArrayDeque<Pipe> kept = new ArrayDeque<>();
    private int fewestKept;
    private boolean trimming;

    Pipes(Kernel kernel, EventLoop loop) {
        this.kernel = kernel;
        this.loop = loop;
    }

    /** An empty pipe, or null when none can be had (no descriptors): then copy. */
    @Nullable Pipe lend() {
        Pipe pipe = kept.pollLast();
        if (pipe != null) {
            fewestKept = Math.min(fewestKept, kept.size());
            return pipe;
        }
        long made = kernel.pipe();
        if (made < 0) {
            return null;
        }
        OPEN.increment();
        return new Pipe((int) (made >>> 32), (int) made);
    }

    /** How many there are in the process, lent or kept. Any thread. */
    static long open() {
        return OPEN.sum();
    }

    void giveBack(Pipe pipe) {
        if (pipe.held > 0 || kept.size() == MOST_KEPT) {
            close(pipe);
            return;
        }
        kept.addLast(pipe);
        if (!trimming) {
            trimming = true;
            trimLater();
        }
    }

    private void trimLater() {
        fewestKept = kept.size();
        loop.schedule(this::trim, IDLE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Closes as many as have lain here all the time since the last look. */
    private void trim() {
        for (int idle = fewestKept; idle > 0; idle--) {
            close(kept.removeFirst());
        }
        trimming = !kept.isEmpty();
        if (trimming) {
            trimLater();
        }
    }

    private void close(Pipe pipe) {
        OPEN.decrement();
        kernel.close(pipe.reading);
        kernel.close(pipe.writing);
    }
}
