package conduit.observe.log;

import conduit.config.Logging;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings lines to one output: whoever has one puts it into a queue and goes on, and one thread
 * makes bytes of whatever has gathered and writes them at once, with a pause after each write.
 * Waking that thread for each line would cost more than the tunnel's whole negotiation (decision
 * 0009). Where the output is slower than the lines the queue fills up, and further lines are
 * dropped and counted, as are those that an output has refused; event loops never wait.
 */
public final class LineWriter implements AutoCloseable {

    /** Lines that wait at most; a second's worth on a busy day, and some megabytes. */
    static final int CAPACITY = 16_384;

    /** So much is written at once; a quarter of what a JVM hands to the kernel in one piece. */
    private static final int BATCH = 256 * 1024;

    /** So late a line may be. Short for a reader, long for a processor. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    /** While somebody is to be told something in a while. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(1);

    /** For a write that is interrupted, to say what it has not written. */
    private static final Duration LONGEST_GIVING_UP = Duration.ofMillis(200);

    /** What is queued once nothing will be taken any more; far below zero, however many come. */
    private static final int OVER = Integer.MIN_VALUE / 2;

    private final Queue<Line> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong droppedAndTold = new AtomicLong();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final Output output;
    private final Failures failures;
    private final Thread writer;
    private volatile Logging.Format format;
    private volatile boolean running;
    private volatile boolean writerSleeps;
    private volatile boolean toBeReopened;
    private volatile Optional<LineWriter> successor = Optional.empty();

    /** Of the writer alone, as all that follows. */
    private final LineBuffer lines = new LineBuffer();

    private final LineForm text;
    private final LineForm json;

    /** Not before then, as {@link System#nanoTime} tells. */
    private long nextTelling = System.nanoTime();

    /** The last write has failed. */
    private boolean failing;

    /** What is first in the buffer is the rest of a line whose beginning has been written. */
    private boolean begun;

    /** One that has not begun. */
    LineWriter(String thread, Output output, Logging.Format format, Failures failures) {
        this.output = output;
        this.failures = failures;
        this.format = format;
        this.text = LineForm.of(Logging.Format.TEXT, lines, output.prefix());
        this.json = LineForm.of(Logging.Format.JSON, lines, output.prefix());
        this.writer = new Thread(this::write, thread);
    }

    /**
     * Begins; the future is done when the output is open, or cannot be opened. Who does not wait
     * for it any longer cancels it: then an output that cannot be opened is as one that cannot be
     * written to.
     */
    CompletableFuture<Void> start() {
        running = true;
        writer.setDaemon(true);
        writer.start();
        return opened;
    }

    /** From the next line on. */
    public void setFormat(Logging.Format next) {
        format = next;
    }

    /** Has a line written, or drops it. From any thread; never blocks. */
    public void offer(Line line) {
        if (queued.get() >= CAPACITY) {
            dropped.incrementAndGet();
            return;
        }
        if (queued.incrementAndGet() < 0) {
            successor.ifPresent(next -> next.offer(line));
            return;
        }
        queue.add(line);
        if (writerSleeps) {
            LockSupport.unpark(writer);
        }
    }

    /** How many lines were dropped since the start. */
    public long dropped() {
        return dropped.get();
    }

    /** Has the output opened anew under its name, between two batches. */
    public void reopen() {
        toBeReopened = true;
        LockSupport.unpark(writer);
    }

    /**
     * Closes, and passes on what is offered later by those who do not know it yet.
     *
     * @param next who writes from now on, if anybody does
     */
    public void giveWayTo(Optional<LineWriter> next) {
        successor = next;
        close();
    }

    /**
     * Writes what is queued, unless the output does not take it within a second: then it is
     * dropped, counted and told.
     */
    @Override
    public void close() {
        running = false;
        LockSupport.unpark(writer);
        try {
            if (!writer.join(LONGEST_STOP)) {
                giveUp();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void giveUp() throws InterruptedException {
        while (queue.poll() != null) {
            queued.decrementAndGet();
            dropped.incrementAndGet();
        }
        // Ends a write that waits; neither the opening of a named pipe nor standard output.
        writer.interrupt();
        if (!writer.join(LONGEST_GIVING_UP) && isAnythingUntold()) {
            failures.lost(untold());
        }
    }

    private void write() {
        try {
            output.open();
            opened.complete(null);
        } catch (IOException e) {
            if (opened.completeExceptionally(e)) {
                return;
            }
            // Whoever began it has not waited for so long, and has lines written.
            failures.cannotWrite(output.name(), e);
        }
        while (running || !queued.compareAndSet(0, OVER)) {
            sleepUntilThereAreLines();
            if (toBeReopened) {
                toBeReopened = false;
                reopenOutput();
            }
            writeBatch();
            if (running) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        leaveOutput();
        if (isAnythingUntold()) {
            tellOfLost();
            flush();
        }
        try {
            output.close();
        } catch (IOException e) {
            failures.cannotWrite(output.name(), e);
        }
    }

    private void sleepUntilThereAreLines() {
        writerSleeps = true;
        while (queue.isEmpty() && running && !toBeReopened && !isTellingDue()) {
            if (isAnythingUntold() && !failing) {
                LockSupport.parkNanos(this, LOOK.toNanos());
            } else {
                LockSupport.park(this);
            }
        }
        writerSleeps = false;
    }

    /** What is still here is the rest of a line whose beginning stands there. */
    private void leaveOutput() {
        if (lines.length() == 0) {
            return;
        }
        flush();
        if (lines.length() > 0) {
            lines.keepOnly(0, 0);
            begun = false;
            dropped.incrementAndGet();
        }
    }

    private void reopenOutput() {
        leaveOutput();
        try {
            output.reopen();
        } catch (IOException e) {
            failures.cannotReopen(output.name(), e);
        }
    }

    private void writeBatch() {
        for (int waiting = queued.get(); waiting > 0 && lines.length() < BATCH; waiting--) {
            Line line = queue.poll();
            if (line == null) {
                break;
            }
            queued.decrementAndGet();
            encode(line);
        }
        if (isTellingDue()) {
            tellOfLost();
        }
        flush();
    }

    private void tellOfLost() {
        nextTelling = System.nanoTime() + failures.pause().toNanos();
        failures.lost(untold()).ifPresent(this::encode);
    }

    /** How many were lost of which nobody has been told, who now is. */
    private long untold() {
        long all = dropped.get();
        return Math.max(0, all - droppedAndTold.getAndAccumulate(all, Math::max));
    }

    private boolean isAnythingUntold() {
        return dropped.get() > droppedAndTold.get();
    }

    /** Whether lines were lost of which nobody has been told, and it is time to. */
    private boolean isTellingDue() {
        return !failing && isAnythingUntold() && System.nanoTime() - nextTelling >= 0;
    }

    private void encode(Line line) {
        int before = lines.length();
        try {
            line.writeTo(format == Logging.Format.JSON ? json : text);
        } catch (RuntimeException e) {
            // One line less; the thread must live on for the others.
            lines.shortenTo(before);
            dropped.incrementAndGet();
        }
    }

    /** Of a batch that the output takes only in part, the line that was begun is kept. */
    private void flush() {
        ByteBuffer batch = lines.contents();
        try {
            if (batch.hasRemaining()) {
                output.write(batch);
            }
            failing = false;
            begun = false;
            lines.keepOnly(0, 0);
        } catch (IOException e) {
            failing = true;
            int taken = batch.position();
            boolean withinALine = taken == 0 ? begun : !lines.beginsLine(taken);
            int kept = withinALine ? lines.endOfLine(taken) : taken;
            begun = withinALine;
            dropped.addAndGet(linesFrom(kept));
            lines.keepOnly(taken, kept);
            failures.cannotWrite(output.name(), e);
        }
    }

    private long linesFrom(int place) {
        long count = 0;
        for (int at = place; at < lines.length(); at = lines.endOfLine(at)) {
            count++;
        }
        return count;
    }
}
