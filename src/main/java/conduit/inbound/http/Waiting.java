package conduit.inbound.http;

import conduit.config.Inbound;
import conduit.config.Timeouts;
import conduit.tunnel.Journal;
import conduit.tunnel.Negotiation;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What bounds the time that a client lets us wait for a request: the idle deadline between two of
 * them, and from accept or the first byte until the head is complete its {@link Negotiation}. Until
 * the first request that is let in there is one deadline for all of them, which no answer extends.
 * Lives on the client's event loop.
 */
final class Waiting {

    /** Who is told that a deadline has passed. */
    interface Watcher {
        void negotiationExpired();

        void idleTooLong();
    }

    private final Watcher watcher;
    private final Channel client;
    private final Journal journal;
    private final Timeouts timeouts;

    /** Set while a request is due: from accept, later from a request's first byte. */
    private @Nullable Negotiation negotiation;

    /** Of the first request that is let in, as {@link System#nanoTime} tells. */
    private final long letInBy;

    private boolean letIn;
    private boolean idle;
    private Duration longestIdle = Duration.ZERO;

    /** As {@link System#nanoTime} tells. */
    private long idleSince;

    private @Nullable Future<?> timer;

    Waiting(Watcher watcher, Channel client, Journal journal, Timeouts timeouts) {
        this.watcher = watcher;
        this.client = client;
        this.journal = journal;
        this.timeouts = timeouts;
        this.letInBy = System.nanoTime() + timeouts.negotiation().toNanos();
    }

    /** A request is due, within the negotiation timeout. */
    void begin() {
        end();
        negotiation().within(longestNegotiation(), watcher::negotiationExpired);
    }

    /** What is left of the negotiation timeout, or all of it for a request that comes later. */
    private Duration longestNegotiation() {
        return letIn
                ? timeouts.negotiation()
                : Duration.ofNanos(Math.max(0, letInBy - System.nanoTime()));
    }

    /** A request has been let in: those behind it have their own time. */
    void letIn() {
        letIn = true;
    }

    /** Whether there is time for another attempt at a request that is let in. */
    boolean isTimeLeft() {
        return !longestNegotiation().isZero();
    }

    /** A request was not let in; another may come in the time that is left. */
    void awaitAnotherAttempt() {
        beIdle(longestNegotiation());
    }

    /** A request is not carried out yet, and must be within the negotiation timeout. */
    void goOn() {
        if (!negotiation().hasDeadline()) {
            negotiation().within(longestNegotiation(), watcher::negotiationExpired);
        }
    }

    /** Nothing is due; the next request may begin within this time. */
    void beIdle(Duration longest) {
        idle = true;
        idleSince = System.nanoTime();
        boolean sooner = longest.compareTo(longestIdle) < 0;
        longestIdle = longest;
        if (timer != null && sooner) {
            timer.cancel(false);
            timer = null;
        }
        if (timer == null) {
            lookAfter(longest.toNanos());
        }
    }

    /** One timer at most, since to set and cancel one for each request costs more than its head. */
    private void lookAfter(long nanos) {
        timer = client.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        timer = null;
        if (!idle) {
            return;
        }
        long left = idleSince + longestIdle.toNanos() - System.nanoTime();
        if (left > 0) {
            lookAfter(left);
        } else {
            watcher.idleTooLong();
        }
    }

    /** Whether a request is due. */
    boolean isForARequest() {
        return negotiation != null;
    }

    /** A head that came in one piece between requests has not begun one yet, and does so here. */
    Negotiation negotiation() {
        Negotiation current = negotiation;
        if (current == null) {
            current = new Negotiation(client, Inbound.HTTP, journal);
            negotiation = current;
        }
        return current;
    }

    /**
     * A request has come that is going to be carried out.
     *
     * @return when its negotiation began, as {@link System#nanoTime} tells
     */
    long succeeded() {
        Negotiation done = negotiation();
        done.succeeded();
        negotiation = null;
        return done.begunAt();
    }

    /** A request's head is complete, or there is to be none any more: nothing is idle. */
    void end() {
        idle = false;
    }

    /** There is to be no request any more, and nobody is to be told of any deadline. */
    void close() {
        idle = false;
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
