package conduit.observe;

import conduit.config.Logging;
import conduit.config.Logging.AccessTarget;
import conduit.observe.log.AccessOutput;
import conduit.observe.log.LineWriter;
import conduit.observe.log.Messages;
import java.io.IOException;
import java.util.Optional;

/**
 * Everything that is logged: conduit's own messages and the access log, where and how the operator
 * wants them. For any thread, though only one of them changes it.
 */
public final class Logs implements AutoCloseable {

    private final AccessLog accessLog = new AccessLog(Optional.empty());
    private Logging current;
    private volatile Writers writers = new Writers(Optional.empty(), Optional.empty(), 0);

    /**
     * The access log's own writers, and what was lost.
     *
     * @param leaving the one before, as long as it is being closed
     * @param lostBefore by those that are closed
     */
    private record Writers(
            Optional<LineWriter> own, Optional<LineWriter> leaving, long lostBefore) {

        long lost() {
            return lostBefore
                    + own.map(LineWriter::dropped).orElse(0L)
                    + leaving.map(LineWriter::dropped).orElse(0L);
        }
    }

    private Logs(Logging logging) {
        current = logging;
    }

    /**
     * Logs from here on as it is said there.
     *
     * @throws CannotLogException when the access log's file cannot be opened
     */
    public static Logs open(Logging logging) throws CannotLogException {
        Logs logs = new Logs(logging);
        logs.writers = new Writers(logs.opened(logging), Optional.empty(), 0);
        logs.apply(logging);
        return logs;
    }

    /**
     * Logs from the next line on as it is said there. What was given to the access log before is
     * still written to where it then was.
     *
     * @throws CannotLogException when the new file cannot be opened; nothing has changed then
     */
    public synchronized void change(Logging next) throws CannotLogException {
        if (next.access().equals(current.access())) {
            apply(next);
            return;
        }
        Writers before = writers;
        Optional<LineWriter> own = opened(next);
        writers = new Writers(own, before.own(), before.lostBefore());
        apply(next);
        before.own().ifPresent(writer -> writer.giveWayTo(target()));
        writers = new Writers(own, Optional.empty(), before.lost());
    }

    private Optional<LineWriter> opened(Logging logging) throws CannotLogException {
        try {
            return AccessOutput.open(logging);
        } catch (IOException e) {
            throw new CannotLogException(
                    "--access-log: cannot write to "
                            + (logging.access() instanceof AccessTarget.File(var path)
                                    ? path
                                    : "standard output")
                            + ": "
                            + AccessOutput.reason(e));
        }
    }

    private void apply(Logging logging) {
        current = logging;
        Optional<LineWriter> own = writers.own();
        Messages.set(logging.level(), logging.format());
        own.ifPresent(writer -> writer.setFormat(logging.format()));
        accessLog.writeTo(target());
    }

    private Optional<LineWriter> target() {
        return current.access() instanceof AccessTarget.StandardError
                ? Optional.of(Messages.writer())
                : writers.own();
    }

    /** Where tunnels and exchanges are written down. */
    public AccessLog accessLog() {
        return accessLog;
    }

    /** The access log goes on in the file that has its name now. */
    public synchronized void reopen() {
        writers.own().ifPresent(LineWriter::reopen);
    }

    /** What could not be written so far. Waits for nobody. */
    public LogDrops drops() {
        return new LogDrops(Messages.writer().dropped(), writers.lost());
    }

    /** Writes what is left of the access log; own messages go on until the process ends. */
    @Override
    public synchronized void close() {
        writers.own().ifPresent(LineWriter::close);
    }
}
