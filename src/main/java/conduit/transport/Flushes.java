package conduit.transport;

import io.netty.channel.Channel;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The channels of one event loop that are flushed at the end of its turn, one right after the
 * other, when all events have been handled. A peer on this machine that sleeps is woken by the
 * first of them and is awake for the others; with each flushed where it came up, it would be woken
 * as often as it had time to fall asleep (decision 0025). Lives on its loop.
 */
public final class Flushes {

    private static final FastThreadLocal<Flushes> OF_LOOP =
            new FastThreadLocal<>() {
                @Override
                protected Flushes initialValue() {
                    return new Flushes();
                }
            };

    private final Queue<Channel> waiting = new ArrayDeque<>();
    private boolean due;

    private Flushes() {}

    /**
     * Flushes a channel, whose loop must be the thread that calls, at the end of this turn; or at
     * once, so that their memory is free for the next read ({@link WarmBuffers}), when it has been
     * given many bytes.
     *
     * @param bytes written since the last time
     */
    public static void soon(Channel channel, long bytes) {
        if (bytes < WarmBuffers.LARGE) {
            OF_LOOP.get().add(channel);
        } else {
            channel.flush();
        }
    }

    private void add(Channel channel) {
        waiting.add(channel);
        if (!due) {
            due = true;
            channel.eventLoop().execute(this::flush);
        }
    }

    private void flush() {
        due = false;
        // What comes up meanwhile is for the next turn.
        for (int left = waiting.size(); left > 0; left--) {
            waiting.remove().flush();
        }
    }
}
