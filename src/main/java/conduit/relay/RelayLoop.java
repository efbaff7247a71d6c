package conduit.relay;

import conduit.linux.Kernel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * What the relays of one event loop share: the kernel's door, one buffer, the pipes, and the queue
 * of directions that have used up their budget and have more to move. Lives on its event loop.
 */
final class RelayLoop {

    private static final FastThreadLocal<RelayLoop> OF_THREAD = new FastThreadLocal<>();

    /** A timer costs as much as a move, and a {@link Bucket#BURST} lets a direction catch up. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(1);

    final Kernel kernel = new Kernel();
    final Pipes pipes;

    private final EventLoop loop;
    private final Queue<Direction> unfinished = new ArrayDeque<>();

    private boolean nextTurnScheduled;

    private RelayLoop(EventLoop loop) {
        this.loop = loop;
        this.pipes = new Pipes(kernel, loop);
    }

    /** The one of this event loop, which must be the thread that calls. */
    static RelayLoop of(EventLoop loop) {
        RelayLoop relayLoop = OF_THREAD.get();
        if (relayLoop == null) {
            relayLoop = new RelayLoop(loop);
            OF_THREAD.set(relayLoop);
        }
        return relayLoop;
    }

    /** Lets a direction go on after everybody else who is ready has had a turn. */
    void goOnLater(Direction direction) {
        unfinished.add(direction);
        if (!nextTurnScheduled) {
            nextTurnScheduled = true;
            // Scheduled and not executed: the loop runs what is executed before it looks for events
            // again, so that the others would not have their turn.
            loop.schedule(this::nextTurn, 0, TimeUnit.NANOSECONDS);
        }
    }

    /** Does something in so many nanoseconds, or a little later. */
    Future<?> after(long nanos, Runnable task) {
        long pause = Math.max(nanos, SHORTEST_PAUSE.toNanos());
        return loop.schedule(task, pause, TimeUnit.NANOSECONDS);
    }

    private void nextTurn() {
        nextTurnScheduled = false;
        for (int waiting = unfinished.size(); waiting > 0; waiting--) {
            unfinished.remove().goOn();
        }
    }
}
