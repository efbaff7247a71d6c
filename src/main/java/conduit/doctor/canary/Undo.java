package conduit.doctor.canary;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What has to be taken back, in the reverse order, once: at the end of a flight or when a signal
 * ends the process before. Used by the thread of the doctor and by that of the shutdown.
 */
final class Undo implements AutoCloseable {

    private final Deque<Runnable> steps = new ArrayDeque<>();
    private boolean done;

    /** Also when the process is told to end; where it is ending already, nothing is done. */
    Undo() {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(this::close, "undo"));
        } catch (IllegalStateException ending) {
            done = true;
        }
    }

    /**
     * Takes a step that has to be taken back, unless the others have been already.
     *
     * @return what was wrong; empty when it is done
     */
    synchronized Optional<String> take(Supplier<Optional<String>> step, Runnable back) {
        if (done) {
            return Optional.of("we were told to stop");
        }
        // Also where it failed: some of it may have been done.
        steps.push(back);
        return step.get();
    }

    /** One more step that was taken; taken back at once when the others have been already. */
    synchronized void add(Runnable back) {
        if (done) {
            back.run();
        } else {
            steps.push(back);
        }
    }

    @Override
    public synchronized void close() {
        done = true;
        while (!steps.isEmpty()) {
            steps.pop().run();
        }
    }
}
