package conduit.relay;

import conduit.config.TunnelTimeouts;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends tunnels that no byte has crossed for as long as the operator allows, or that have lasted as
 * long as that. It has one timer for all tunnels of an event loop, and looks at them every tenth of
 * the shorter time allowed, at least once a second: a tunnel ends that much late, and costs no
 * timer of its own. Each event loop has its own list, on which only that loop works.
 */
final class IdleWatch {

    private static final Logger LOG = LoggerFactory.getLogger(IdleWatch.class);

    private static final Duration SHORTEST_ROUND = Duration.ofMillis(10);
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(1);

    /** A tunnel, as far as its silence and its end go. */
    interface Watched extends Relay.Transfer {
        /** Whether there is nothing left to end. */
        boolean ended();

        /** Whether one direction has come to its end and the other has not. */
        boolean isHalfClosed();

        /** Since when it is half-closed, as {@link System#nanoTime} tells. */
        long halfClosedAt();

        /**
         * When a peer last took or gave a byte, as far as can be told; {@link System#nanoTime}. Not
         * before {@link #lastByteAt}.
         */
        long lastSignOfLifeAt();
    }

    /** A tunnel and when it began, as {@link System#nanoTime} tells. */
    private record Life(Watched tunnel, long begunAt) {}

    private final Optional<Duration> idle;
    private final Optional<Duration> halfClose;
    private final Optional<Duration> lifetime;
    private final Optional<Duration> round;
    private final FastThreadLocal<List<Life>> ofLoop = new FastThreadLocal<>();

    IdleWatch(TunnelTimeouts timeouts) {
        idle = timeouts.idle();
        halfClose = timeouts.halfClose();
        lifetime = timeouts.lifetime();
        round =
                Stream.of(idle, halfClose, lifetime)
                        .flatMap(Optional::stream)
                        .min(Comparator.naturalOrder())
                        .map(IdleWatch::roundFor);
    }

    private static Duration roundFor(Duration shortest) {
        return Duration.ofNanos(
                Math.clamp(
                        shortest.toNanos() / 10,
                        SHORTEST_ROUND.toNanos(),
                        LONGEST_ROUND.toNanos()));
    }

    /** Watches a tunnel until it ends; the caller is on the tunnel's event loop. */
    void add(Watched tunnel, EventLoop loop) {
        round.ifPresent(every -> listOf(loop, every).add(new Life(tunnel, System.nanoTime())));
    }

    private List<Life> listOf(EventLoop loop, Duration every) {
        List<Life> known = ofLoop.get();
        if (known != null) {
            return known;
        }
        List<Life> list = new ArrayList<>();
        ofLoop.set(list);
        lookAfter(every, list, loop);
        return list;
    }

    private void lookAfter(Duration every, List<Life> lives, EventLoop loop) {
        loop.schedule(() -> look(every, lives, loop), every.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** As long as there are any: with other timeouts there is another watch, and nothing here. */
    private void look(Duration every, List<Life> lives, EventLoop loop) {
        long now = System.nanoTime();
        lives.removeIf(life -> life.tunnel().ended() || expiresSafely(life, now));
        if (lives.isEmpty()) {
            ofLoop.remove();
        } else {
            lookAfter(every, lives, loop);
        }
    }

    /** An exception would end the looking, for all tunnels of the loop and for ever. */
    private boolean expiresSafely(Life life, long now) {
        try {
            return expires(life, now);
        } catch (RuntimeException | Error e) {
            LOG.error("a tunnel could not be ended", e);
            return true;
        }
    }

    private boolean expires(Life life, long now) {
        Watched tunnel = life.tunnel();
        if (isOver(lifetime, now - life.begunAt())) {
            tunnel.cut(Relay.Cause.LIFETIME_OVER);
            return true;
        }
        long silent = now - tunnel.lastSignOfLifeAt();
        if (tunnel.isHalfClosed()
                && isOver(halfClose, Math.min(silent, now - tunnel.halfClosedAt()))) {
            tunnel.cut(Relay.Cause.HALF_CLOSED_TOO_LONG);
            return true;
        }
        if (isOver(idle, silent)) {
            tunnel.cut(Relay.Cause.IDLE_TOO_LONG);
            return true;
        }
        return false;
    }

    private static boolean isOver(Optional<Duration> limit, long nanos) {
        return limit.isPresent() && nanos >= limit.get().toNanos();
    }
}
