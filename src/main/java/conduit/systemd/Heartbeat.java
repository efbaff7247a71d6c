package conduit.systemd;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Says that we are alive each time that every event loop has answered, and keeps silent while one
 * of them does not. {@link #ask} is for one thread at a time; the answers come on the loops.
 */
public final class Heartbeat {

    private final int loops;
    private final Consumer<Runnable> onEachLoop;
    private final Runnable alive;

    /** How many loops have not answered yet. */
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Nothing is asked yet.
     *
     * @param loops how many there are
     * @param onEachLoop has each of them do something
     * @param alive says so; must not block
     */
    public Heartbeat(int loops, Consumer<Runnable> onEachLoop, Runnable alive) {
        this.loops = loops;
        this.onEachLoop = onEachLoop;
        this.alive = alive;
    }

    /** Asks all loops, unless one still owes the answer to the last question. */
    public void ask() {
        if (waiting.compareAndSet(0, loops)) {
            try {
                onEachLoop.accept(this::answer);
            } catch (RejectedExecutionException stopped) {
                // The loops have been told to end: there is nothing to watch any more.
            }
        }
    }

    private void answer() {
        if (waiting.decrementAndGet() == 0) {
            alive.run();
        }
    }
}
