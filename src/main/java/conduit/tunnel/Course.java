package conduit.tunnel;

import org.jspecify.annotations.Nullable;

/**
 * The clock of one tunnel or exchange: reads the time once for each phase that it comes to. Lives
 * on the client's event loop.
 */
final class Course {

    private final long begunAt;
    private @Nullable Phase phase;
    private long phaseBegunAt;
    private long lookup = Times.NONE;
    private long connect = Times.NONE;
    private long handshake = Times.NONE;
    private long setUp = Times.NONE;
    private long firstByte = Times.NONE;

    /** One that began at this time, as {@link System#nanoTime} tells. */
    Course(long begunAt) {
        this.begunAt = begunAt;
    }

    /** Another phase of reaching the remote begins. */
    void entered(Phase next) {
        long now = System.nanoTime();
        leavePhase(now);
        phase = next;
        phaseBegunAt = now;
    }

    /** The remote is reached. */
    void reached() {
        long now = System.nanoTime();
        leavePhase(now);
        setUp = now - begunAt;
    }

    /** The remote was dead, and another one is to be reached. */
    void lost() {
        setUp = Times.NONE;
    }

    /** The client has heard from the remote; only the first time counts. */
    void heard(long at) {
        if (firstByte == Times.NONE) {
            firstByte = at - begunAt;
        }
    }

    /** It ends now. */
    Times end() {
        long now = System.nanoTime();
        leavePhase(now);
        return new Times(lookup, connect, handshake, setUp, firstByte, now - begunAt);
    }

    private void leavePhase(long now) {
        if (phase == null) {
            return;
        }
        long took = now - phaseBegunAt;
        switch (phase) {
            case LOOKUP -> lookup = sum(lookup, took);
            case CONNECT -> connect = sum(connect, took);
            case HANDSHAKE -> handshake = sum(handshake, took);
            case NEGOTIATION, RESPONSE, RELAY -> {}
        }
        phase = null;
    }

    private static long sum(long before, long took) {
        return before == Times.NONE ? took : before + took;
    }
}
