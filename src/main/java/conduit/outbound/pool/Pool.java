package conduit.outbound.pool;

import conduit.config.Reuse;
import conduit.tunnel.Connector.Remote;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * The idle connections of all event loops, each with its own and its share of what is kept. It is
 * given up as a whole when its connections lead where no new ones would: then it closes what it has
 * and whatever comes back to it. Called on event loops, but for {@link #keep(Reuse)} and {@link
 * #giveUp}.
 */
final class Pool {

    private static final Reuse NOTHING = new Reuse(0, 0);

    private final int loops;
    private final PoolCounts counts;
    private final FastThreadLocal<IdleConnections> idle =
            new FastThreadLocal<>() {
                @Override
                protected IdleConnections initialValue() {
                    return new IdleConnections(() -> share, counts, System::nanoTime);
                }
            };

    /** What each loop keeps. */
    private volatile Reuse share = NOTHING;

    /** Keeps nothing yet. */
    Pool(int loops, PoolCounts counts) {
        this.loops = loops;
        this.counts = counts;
    }

    /** From now on so many; what is too much is closed when the next one is to be kept. */
    void keep(Reuse inAll) {
        share =
                new Reuse(
                        Math.ceilDiv(inAll.perDestination(), loops),
                        Math.ceilDiv(inAll.inAll(), loops));
    }

    /** From now on nothing. What is kept is closed by {@link #closeIdle} on each loop. */
    void giveUp() {
        share = NOTHING;
    }

    /** Closes what the loop that calls keeps. */
    void closeIdle() {
        ofLoop().makeWay(Integer.MAX_VALUE);
        if (share.equals(NOTHING)) {
            idle.remove();
        }
    }

    /** What the loop that calls keeps. */
    IdleConnections ofLoop() {
        return idle.get();
    }

    /** Keeps a connection that has served for the first time. */
    void keep(End end, Remote served) {
        ofLoop().keep(end, served);
    }
}
