package conduit.relay;

import java.util.OptionalLong;

/**
 * Moves bytes both ways between two sockets until both directions have ended. The contract that
 * every relay keeps:
 *
 * <ul>
 *   <li>What the endpoints held back is delivered first, on both sides.
 *   <li>An end of stream is passed on (a shutdown of the writing half) after everything before it;
 *       the other direction goes on.
 *   <li>A reset of one side becomes a reset of the other.
 *   <li>A side that does not read stops the reading from the other; memory stays bounded.
 *   <li>A tunnel that is silent for longer than the operator allows is closed; a side for which
 *       something was still held sees a reset, so that it cannot take what it has for all.
 *   <li>A tunnel that has lasted as long as the operator allows is closed in the same way.
 *   <li>Neither direction is faster than its pace, which is nobody's silence: what waits for its
 *       turn is still there.
 *   <li>At the end both sockets are closed and the watcher is told, once.
 * </ul>
 */
@FunctionalInterface
public interface Relay {

    /**
     * How much is taken from a side for a peer that is gone, while that side is still owed what the
     * peer had sent. Without it a side that writes before it reads would be stuck for ever; with
     * more of it, it would never learn that nobody listens.
     */
    long MOST_DISCARDED = 1024 * 1024;

    /**
     * Begins to relay. Both endpoints must be on the event loop that calls; the relay owns them and
     * their sockets from here on, and releases the paces before it tells the watcher.
     */
    Transfer start(Endpoint client, Endpoint remote, Paces paces, Watcher watcher);

    /**
     * A relay under way. Its counters tell the truth at any time; read them on its event loop. The
     * portable relay counts what it read at once when all of it has been handed over.
     */
    interface Transfer {
        /** Bytes handed to the remote's socket so far. */
        long bytesUp();

        /** Bytes handed to the client's socket so far. */
        long bytesDown();

        /**
         * When the first bytes were handed to the client's socket, as {@link System#nanoTime}
         * tells, if any were.
         */
        OptionalLong firstByteDownAt();

        /**
         * When bytes were last handed to either socket, as {@link System#nanoTime} tells; when the
         * relay began, as long as there have been none.
         */
        long lastByteAt();
    }

    /** Who is told the end. */
    @FunctionalInterface
    interface Watcher {
        /** Both sockets are closed. Called once, on the event loop, never from within start. */
        void ended(Cause cause, Side by);
    }

    /** How a relay ends. */
    enum Cause {
        /** Both sides sent their end of stream, and everything was delivered. */
        END_OF_STREAM,
        /** One side's connection broke: a reset, or the kernel gave it up. */
        RESET,
        /** No byte crossed for as long as the operator allows. */
        IDLE_TOO_LONG,
        /** No byte crossed for as long as the operator allows after one side had finished. */
        HALF_CLOSED_TOO_LONG,
        /** It has lasted as long as the operator allows. */
        LIFETIME_OVER,
        /** The sockets were closed under the relay, as at the end of the process. */
        CLOSED,
        /** A defect in the relay itself. */
        DEFECT
    }
}
