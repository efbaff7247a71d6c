package conduit.observe.log;

import conduit.config.Logging;
import conduit.config.Logging.AccessTarget;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Access lines in a place of their own. What is wrong with it is told among the messages. */
public final class AccessOutput implements Failures {

    private static final Logger LOG = LoggerFactory.getLogger("access");

    private static final Duration LONGEST_OPENING = Duration.ofSeconds(1);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final String name;
    private long quietUntil = System.nanoTime();

    private AccessOutput(String name) {
        this.name = name;
    }

    /**
     * Begins to write where it is wanted, unless that is among the messages or nowhere.
     *
     * @throws IOException when a file cannot be opened
     */
    public static Optional<LineWriter> open(Logging logging) throws IOException {
        return switch (logging.access()) {
            case AccessTarget.File(var path) ->
                    Optional.of(writer(new LogFile(path), logging.format()));
            case AccessTarget.StandardOutput() ->
                    Optional.of(writer(Output.standardOutput(), logging.format()));
            case AccessTarget.StandardError(), AccessTarget.Off() -> Optional.empty();
        };
    }

    /**
     * Begins to write there. A named pipe is opened when somebody reads it; until then lines wait.
     *
     * @throws IOException when it cannot be opened
     */
    static LineWriter writer(Output output, Logging.Format format) throws IOException {
        LineWriter writer =
                new LineWriter("access log", output, format, new AccessOutput(output.name()));
        CompletableFuture<Void> opened = writer.start();
        try {
            opened.get(LONGEST_OPENING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // Which changes nothing where it has been opened or has failed.
            opened.cancel(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        switch (opened.state()) {
            case CANCELLED ->
                    LOG.warn(
                            "{}: not open yet, so lines wait; a pipe opens when somebody reads it",
                            output.name());
            case FAILED -> {
                Throwable why = opened.exceptionNow();
                throw why instanceof IOException failure ? failure : new IOException(why);
            }
            case RUNNING, SUCCESS -> {}
        }
        return writer;
    }

    @Override
    public Duration pause() {
        return QUIET;
    }

    @Override
    public Optional<Line> lost(long lines) {
        LOG.warn("{}: {} lines were lost: it takes them too slowly, or not at all", name, lines);
        return Optional.empty();
    }

    @Override
    public void cannotWrite(String where, IOException why) {
        long now = System.nanoTime();
        if (now - quietUntil >= 0) {
            quietUntil = now + QUIET.toNanos();
            LOG.error("{}: cannot write, lines are lost: {}", where, reason(why));
        }
    }

    @Override
    public void cannotReopen(String where, IOException why) {
        LOG.error("{}: cannot be opened anew, going on with the old file: {}", where, reason(why));
    }

    /** Why a file cannot be had, as a fragment: the message is often no more than its name. */
    public static String reason(IOException why) {
        return switch (why) {
            // Of a write that was interrupted.
            case ClosedChannelException _ -> "it takes nothing, and was given up";
            case NoSuchFileException _ -> "there is no such directory";
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException failure when failure.getReason() != null ->
                    failure.getReason();
            default -> String.valueOf(why.getMessage());
        };
    }
}
