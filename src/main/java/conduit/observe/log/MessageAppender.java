package conduit.observe.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import conduit.config.Logging;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Where logback leaves conduit's own messages: in the queue of standard error. */
public final class MessageAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private final LineWriter writer;
    private final Flood flood = new Flood(System::nanoTime);

    /** For standard error. */
    public MessageAppender() {
        this(Output.standardError());
    }

    MessageAppender(Output target) {
        writer = new LineWriter("log", target, Logging.Format.TEXT, new ToldHere());
    }

    /** What writes standard error. */
    LineWriter writer() {
        return writer;
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        Flood.Verdict verdict = flood.of(event);
        verdict.earlier().ifPresent(this::offer);
        if (verdict.passes()) {
            event.prepareForDeferredProcessing();
            offer(event);
        }
    }

    private void offer(ILoggingEvent event) {
        writer.offer(form -> write(event, form));
    }

    private void offer(String message) {
        Instant now = Instant.now();
        writer.offer(form -> write(now, message, form));
    }

    private static void write(ILoggingEvent event, LineForm form) {
        String logger = event.getLoggerName();
        form.begin(
                event.getInstant(),
                event.getLevel().toString(),
                logger.substring(logger.lastIndexOf('.') + 1));
        form.message(
                event.getFormattedMessage(),
                Optional.ofNullable(event.getThrowableProxy()).map(ThrowableProxyUtil::asString));
        form.end();
    }

    private static void write(Instant time, String message, LineForm form) {
        form.begin(time, Level.WARN.toString(), "log");
        form.message(message, Optional.empty());
        form.end();
    }

    @Override
    public void stop() {
        super.stop();
        writer.close();
    }

    /** Of standard error itself. */
    private static final class ToldHere implements Failures {
        /** The place is told as well as the number. */
        @Override
        public Duration pause() {
            return Duration.ZERO;
        }

        @Override
        public Optional<Line> lost(long lines) {
            Instant now = Instant.now();
            String message = lines + " lines lost here: standard error is read too slowly";
            return Optional.of(form -> write(now, message, form));
        }

        @Override
        public void cannotWrite(String where, IOException why) {
            // Nobody reads standard error any more, so there is nobody to be told.
        }

        @Override
        public void cannotReopen(String where, IOException why) {
            // It has no name to be opened by.
        }
    }
}
