package conduit.doctor.canary;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has to be taken back, in the reverse order, once: at the end of a flight or when a signal
 * ends the process before. Used by the thread of the doctor and by that of the shutdown.
 */
final class Undo implements AutoCloseable {

    private final Deque<Runnable> steps = new ArrayDeque<>();
    private boolean done;

    /** Also when the process is told to end. */
    Undo() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "undo"));
    }

    /** One more step; at once when the others have been taken already. */
    synchronized void add(Runnable step) {
        if (done) {
            step.run();
        } else {
            steps.push(step);
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
