package conduit.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Standard error as the log's last stop: whoever logs puts the line into a queue and goes on, and
 * one thread writes whatever has gathered, with a pause after each write. Waking that thread for
 * each line would cost more than the tunnel's whole negotiation (decision 0009). When standard
 * error is read too slowly the queue fills up, and further lines are dropped and counted; event
 * loops never wait.
 */
public final class BatchingAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    /** Lines that wait at most; a second's worth on a busy day, and some megabytes. */
    static final int CAPACITY = 16_384;

    /** What a busy second needs; after more, memory is given back. */
    private static final int KEPT = 1024 * 1024;

    /** So late a line may be. Short for a reader, long for a processor. */
    private static final Duration PAUSE = Duration.ofMillis(10);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(1);

    private final Queue<ILoggingEvent> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private final OutputStream target;
    private final Thread writer = new Thread(this::write, "log");
    private @Nullable Encoder<ILoggingEvent> encoder;
    private volatile boolean running;
    private volatile boolean writerSleeps;

    /** Of the writer alone. */
    private ByteArrayOutputStream lines = new ByteArrayOutputStream();

    /** For standard error. */
    public BatchingAppender() {
        this(new FileOutputStream(FileDescriptor.err));
    }

    BatchingAppender(OutputStream target) {
        this.target = target;
    }

    /** Called by logback, which reads its configuration into it. */
    public void setEncoder(Encoder<ILoggingEvent> encoder) {
        this.encoder = encoder;
    }

    @Override
    public void start() {
        super.start();
        running = true;
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (queued.get() >= CAPACITY) {
            dropped.incrementAndGet();
            return;
        }
        event.prepareForDeferredProcessing();
        queued.incrementAndGet();
        queue.add(event);
        if (writerSleeps) {
            LockSupport.unpark(writer);
        }
    }

    /** Writes what is queued, unless standard error does not take it within a second. */
    @Override
    public void stop() {
        super.stop();
        running = false;
        LockSupport.unpark(writer);
        try {
            writer.join(LONGEST_STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        while (running || !queue.isEmpty()) {
            sleepUntilThereAreLines();
            writeBatch();
            if (running) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void sleepUntilThereAreLines() {
        writerSleeps = true;
        while (queue.isEmpty() && running) {
            LockSupport.park(this);
        }
        writerSleeps = false;
    }

    private void writeBatch() {
        for (int waiting = queued.get(); waiting > 0; waiting--) {
            ILoggingEvent event = queue.poll();
            if (event == null) {
                break;
            }
            queued.decrementAndGet();
            lines.writeBytes(encoded(event));
        }
        int lost = dropped.getAndSet(0);
        if (lost > 0) {
            lines.writeBytes(encoded(loss(lost)));
        }
        try {
            lines.writeTo(target);
        } catch (IOException e) {
            // Nobody reads standard error any more, so there is nobody to be told.
            addError("cannot write the log", e);
        }
        if (lines.size() > KEPT) {
            lines = new ByteArrayOutputStream();
        } else {
            lines.reset();
        }
    }

    private byte[] encoded(ILoggingEvent event) {
        try {
            return encoder == null ? new byte[0] : encoder.encode(event);
        } catch (RuntimeException e) {
            // One line less; the thread must live on for the others.
            addError("cannot encode a line of the log", e);
            return new byte[0];
        }
    }

    private ILoggingEvent loss(int lines) {
        LoggerContext log = (LoggerContext) getContext();
        String message = lines + " lines lost here: standard error is read too slowly";
        return new LoggingEvent(
                BatchingAppender.class.getName(),
                log.getLogger("log"),
                Level.WARN,
                message,
                null,
                null);
    }
}
