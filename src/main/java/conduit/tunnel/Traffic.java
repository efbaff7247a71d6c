package conduit.tunnel;

import conduit.config.Inbound;

/**
 * What has crossed of an open account, and when, for those who look at it now and then; where
 * nobody does there is none. Lives on the account's event loop. Times are as {@link
 * System#nanoTime} tells.
 */
final class Traffic {

    private final Flow up = new Flow();
    private final Flow down = new Flow();
    private long countedAt;
    private long movedAt;

    /** Nothing has crossed since then. */
    Traffic(long begunAt) {
        countedAt = begunAt;
        movedAt = begunAt;
    }

    Flow up() {
        return up;
    }

    Flow down() {
        return down;
    }

    long countedAt() {
        return countedAt;
    }

    long movedAt() {
        return movedAt;
    }

    /** So much has crossed by now; what has not been counted of it is added there. */
    void count(long bytesUp, long bytesDown, Inbound inbound, Census crossed) {
        long now = System.nanoTime();
        long elapsed = now - countedAt;
        long moreUp = up.count(bytesUp, elapsed);
        long moreDown = down.count(bytesDown, elapsed);
        countedAt = now;
        if (moreUp > 0 || moreDown > 0) {
            movedAt = now;
            crossed.crossed(inbound, moreUp, moreDown);
        }
    }

    /** Somebody else moves the bytes from here on, who has moved none. */
    void beginAnew() {
        up.beginAnew();
        down.beginAnew();
    }
}
