package conduit.inbound.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The clients that speak HTTP on one event loop, for when they are to leave. Lives on its loop, of
 * which it is the only one.
 */
public final class HttpClients {

    /** As many as are looked at before others have their turn: some tens of microseconds. */
    private static final int SLICE = 64;

    private static final FastThreadLocal<HttpClients> OF_LOOP =
            new FastThreadLocal<>() {
                @Override
                protected HttpClients initialValue() {
                    return new HttpClients();
                }
            };

    private final Set<HttpInbound> clients = new HashSet<>();

    private HttpClients() {}

    /** Those of the loop that calls. */
    static HttpClients ofLoop() {
        return OF_LOOP.get();
    }

    void add(HttpInbound client) {
        clients.add(client);
    }

    void remove(HttpInbound client) {
        clients.remove(client);
    }

    /** Closes the connections of the loop that calls which wait for another request. */
    public static void leaveIdle() {
        leave(new ArrayDeque<>(ofLoop().clients));
    }

    private static void leave(Deque<HttpInbound> left) {
        for (int i = 0; i < SLICE; i++) {
            HttpInbound next = left.poll();
            if (next == null) {
                return;
            }
            next.leaveIfIdle();
        }
        EventLoop loop = left.isEmpty() ? null : left.element().loop();
        if (loop != null) {
            // Scheduled and not executed: the loop runs what is executed before it looks for
            // events again.
            loop.schedule(() -> leave(left), 0, TimeUnit.NANOSECONDS);
        }
    }
}
