package conduit.e2e.kit;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that goes on beside the test, on a thread of its own. */
public final class Background<T> {

    /** A test that waits longer than this has found a hang. */
    private static final long LONGEST_WAIT_SECONDS = 90;

    /** Work without a result. */
    @FunctionalInterface
    public interface Work {
        /** Does it. */
        void run() throws Exception;
    }

    private final FutureTask<T> task;

    private Background(FutureTask<T> task) {
        this.task = task;
    }

    /** Starts it. */
    public static <T> Background<T> of(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        // A platform thread: reading a process's pipe would pin a virtual one.
        Thread.ofPlatform().daemon().start(task);
        return new Background<>(task);
    }

    /** Starts work without a result. */
    public static Background<Boolean> doing(Work work) {
        return of(() -> {
            work.run();
            return true;
        });
    }

    /** Waits for the result; the failure of the work is the failure of the test. */
    public T result() throws InterruptedException {
        try {
            return task.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the work beside the test failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new AssertionError("the work beside the test hangs", e);
        }
    }

    /**
     * Waits for the end of work that may fail, as its other side has gone; whether it succeeded.
     */
    public boolean endsSomehow() throws InterruptedException {
        try {
            task.get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException failed) {
            return false;
        } catch (TimeoutException e) {
            throw new AssertionError("the work beside the test hangs", e);
        }
    }

    public boolean isDone() {
        return task.isDone();
    }
}
