package conduit;

import conduit.config.Configuration;
import conduit.config.flags.Invocation;
import conduit.inbound.BindException;
import conduit.observe.CannotLogException;
import conduit.transport.CannotDialException;
import conduit.tunnel.Outcome;
import conduit.tunnel.Review;
import conduit.users.UnusableUsersException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads the configuration when asked to, by whomever: one after the other, on a thread of its
 * own. Each says in the log what came of it.
 */
final class Reloads implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Conduit.class);

    /** As a mistake on the command line begins, where no log line tells who speaks. */
    private static final String PROGRAM = "conduit: ";

    private final Supplier<Invocation> reading;
    private final Running running;
    private final Operations operations;
    private final Supervision supervision;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("reload").factory());

    /** What came of one. */
    sealed interface Result {
        /** The new configuration is in effect, as far as it can be. */
        record Done(Difference difference) implements Result {}

        /** The old one is, for a reason that names file and line where it has one. */
        record Failed(String why) implements Result {}
    }

    /**
     * None yet.
     *
     * @param reading reads the configuration as it is written now
     */
    Reloads(
            Supplier<Invocation> reading,
            Running running,
            Operations operations,
            Supervision supervision) {
        this.supervision = supervision;
        this.reading = reading;
        this.running = running;
        this.operations = operations;
    }

    /** Reloads soon, after those that were asked for before. From any thread. */
    CompletableFuture<Result> reload() {
        try {
            return CompletableFuture.supplyAsync(this::carryOut, thread);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(new Result.Failed("conduit stops"));
        }
    }

    private Result carryOut() {
        Result result;
        supervision.reloading();
        try {
            result = read();
        } catch (RuntimeException | Error e) {
            operations.notReloaded();
            LOG.error("the reload failed", e);
            return new Result.Failed("a defect of conduit's own: see the log");
        } finally {
            supervision.ready(running.bound());
        }
        if (result instanceof Result.Failed(String why)) {
            operations.notReloaded();
            LOG.warn("not reloaded, all stays as it was: {}", why);
        }
        return result;
    }

    private Result read() {
        return switch (reading.get()) {
            case Invocation.Run(Configuration asked, String effective, var _) ->
                    change(asked, effective);
            case Invocation.Mistake(String line) ->
                    new Result.Failed(
                            line.startsWith(PROGRAM) ? line.substring(PROGRAM.length()) : line);
            case Invocation.Print _,
                    Invocation.Explain _,
                    Invocation.Check _,
                    Invocation.Examine _,
                    Invocation.TproxyRules _,
                    Invocation.ChangePassword _ ->
                    throw new IllegalStateException("the same arguments are another command now");
        };
    }

    private Result change(Configuration asked, String effective) {
        try {
            Running.Changed changed = running.change(asked, Assembly.users(asked));
            changed.removed().forEach(listener -> LOG.info("no longer listening: {}", listener));
            changed.added().forEach(listener -> LOG.info("listening: {}", listener));
            Difference difference = changed.difference();
            operations.reloaded(inForce(effective, difference));
            LOG.info("reloaded: {}", difference.line());
            if (!difference.untaken().isEmpty()) {
                LOG.warn(
                        "what stays as it was until a restart: {}",
                        String.join(", ", difference.untaken()));
            }
            running.review().ifPresent(this::endDenied);
            return new Result.Done(difference);
        } catch (BindException
                | CannotDialException
                | CannotLogException
                | UnusableUsersException e) {
            return new Result.Failed(String.valueOf(e.getMessage()));
        }
    }

    /** What waits for a restart is said in a comment: the text is a configuration file. */
    private static String inForce(String effective, Difference difference) {
        return difference.untaken().isEmpty()
                ? effective
                : "# Not in force before a restart: "
                        + String.join(", ", difference.untaken())
                        + "\n"
                        + effective;
    }

    /** Whether there are none any more. */
    boolean isClosed() {
        return thread.isShutdown();
    }

    /** Whatever comes of it, the new configuration is in force, so the reload has not failed. */
    private void endDenied(Review review) {
        try {
            int ended = operations.journal().end(review::denies, Outcome.ENDED_BY_RELOAD).join();
            LOG.info("ended, as they are denied now: {}", ended);
        } catch (CompletionException e) {
            LOG.warn("reloaded, but not all could be judged that is under way: {}", e.getMessage());
        }
    }

    /** None any more; one under way comes to its end. */
    @Override
    public void close() {
        thread.close();
    }
}
