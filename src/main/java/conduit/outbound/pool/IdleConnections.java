package conduit.outbound.pool;

import conduit.config.Reuse;
import conduit.transport.Unread;
import conduit.tunnel.Connector;
import conduit.tunnel.Connector.Remote;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections of one event loop that no exchange uses at the moment, by where they lead. The
 * one that came last goes first, so that those which are not needed grow old and are closed. Lives
 * on its loop, and owns the connections that it keeps.
 */
final class IdleConnections {

    /** What Go's client keeps them for; most origins close sooner. */
    static final Duration LONGEST_IDLE = Duration.ofSeconds(90);

    private final Reuse limits;
    private final LongSupplier nanoTime;
    private final Map<End, Deque<Idle>> byEnd = new HashMap<>();

    /** The one that has been idle longest comes first. */
    private final SequencedSet<Idle> byAge = new LinkedHashSet<>();

    private boolean timed;

    IdleConnections(Reuse limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
    }

    /** One of them, in its owner's hands. By identity. */
    private static final class Idle implements Connector.Keeper {
        private final IdleConnections all;
        private final End end;
        private final Channel channel;
        private final Remote remote;
        private long since;

        private Idle(IdleConnections all, End end, Remote served) {
            this.all = all;
            this.end = end;
            this.channel = served.channel();
            this.remote = new Remote(channel, served.hop(), served.dialled(), true, this);
        }

        /** It has served once more. */
        @Override
        public void takeBack(Channel same) {
            all.keep(this);
        }
    }

    /** Keeps a connection that has served for the first time. */
    void keep(End end, Remote served) {
        Idle idle = new Idle(this, end, served);
        idle.channel.closeFuture().addListener(_ -> forget(idle));
        keep(idle);
    }

    private void keep(Idle idle) {
        if (!idle.channel.isOpen()) {
            return;
        }
        idle.since = nanoTime.getAsLong();
        Deque<Idle> sameEnd = byEnd.computeIfAbsent(idle.end, _ -> new ArrayDeque<>());
        sameEnd.addLast(idle);
        byAge.add(idle);
        if (sameEnd.size() > limits.perDestination()) {
            close(sameEnd.getFirst());
        }
        if (byAge.size() > limits.inAll()) {
            close(byAge.getFirst());
        }
        if (!timed && !byAge.isEmpty()) {
            closeInTime(idle.channel.eventLoop());
        }
    }

    /**
     * The one of those to this end that was used last; it is the caller's from here on. One whose
     * peer has said something that has not been read yet, or has left, is not given: what it said
     * would be taken for an answer to the caller. One to an address that the caller may not dial
     * waits for others.
     */
    Optional<Remote> take(End end, Connector.Clearance clearance) {
        for (Deque<Idle> waiting = byEnd.get(end); waiting != null; waiting = byEnd.get(end)) {
            Idle newest = waiting.getLast();
            if (!Unread.isNothingIn(newest.channel)) {
                close(newest);
                continue;
            }
            if (newest.remote.dialled().flatMap(clearance::refusal).isPresent()) {
                return Optional.empty();
            }
            forget(newest);
            return Optional.of(newest.remote);
        }
        return Optional.empty();
    }

    /**
     * Closes up to so many, those first that have been idle longest, for who needs their
     * descriptors.
     *
     * @return whether there was one
     */
    boolean makeWay(int most) {
        boolean any = !byAge.isEmpty();
        for (int closed = 0; closed < most && !byAge.isEmpty(); closed++) {
            close(byAge.getFirst());
        }
        return any;
    }

    private void close(Idle idle) {
        forget(idle);
        idle.channel.close();
    }

    private void forget(Idle idle) {
        byAge.remove(idle);
        Deque<Idle> others = byEnd.get(idle.end);
        if (others != null) {
            others.removeLastOccurrence(idle);
            if (others.isEmpty()) {
                byEnd.remove(idle.end);
            }
        }
    }

    /** One timer for all, set for the oldest. */
    private void closeInTime(EventLoop loop) {
        timed = true;
        long left = byAge.getFirst().since + LONGEST_IDLE.toNanos() - nanoTime.getAsLong();
        loop.schedule(() -> closeExpired(loop), left, TimeUnit.NANOSECONDS);
    }

    private void closeExpired(EventLoop loop) {
        timed = false;
        long now = nanoTime.getAsLong();
        while (!byAge.isEmpty() && now - byAge.getFirst().since >= LONGEST_IDLE.toNanos()) {
            close(byAge.getFirst());
        }
        if (!byAge.isEmpty()) {
            closeInTime(loop);
        }
    }
}
