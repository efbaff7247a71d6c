package conduit.outbound.pool;

import conduit.address.Destination;
import conduit.config.Reuse;
import conduit.tunnel.Connector;
import conduit.tunnel.Phase;
import conduit.tunnel.Refused;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Carries exchanges over connections that have served before, where there is one, and everything
 * else over new ones. Each event loop has its own idle connections and its share of what is kept,
 * so that a connection never changes its thread.
 */
public final class PoolingConnector implements Connector {

    /** A dial takes up to eight, and what is dialled next needs some too. */
    private static final int MAKE_WAY_AT_ONCE = 16;

    private final Connector fresh;
    private final UnaryOperator<Destination> leadsTo;
    private final Pool pool;
    private final PoolCounts counts;

    /**
     * Keeps connections that another connector makes.
     *
     * @param leadsTo where a connection for an exchange with this destination leads to, if nothing
     *     secures it: there, or to a parent
     * @param loops how many event loops share what may be kept
     */
    public PoolingConnector(
            Connector fresh,
            UnaryOperator<Destination> leadsTo,
            Reuse reuse,
            int loops,
            PoolCounts counts) {
        this(fresh, leadsTo, new Pool(loops, counts), counts);
        pool.keep(reuse);
    }

    private PoolingConnector(
            Connector fresh, UnaryOperator<Destination> leadsTo, Pool pool, PoolCounts counts) {
        this.counts = counts;
        this.fresh = fresh;
        this.leadsTo = leadsTo;
        this.pool = pool;
    }

    /** Makes its new connections in another way to the same ends, and shares the idle ones. */
    public PoolingConnector over(Connector otherFresh) {
        return new PoolingConnector(otherFresh, leadsTo, pool, counts);
    }

    /** Whether an idle connection of the one can serve an exchange of the other. */
    public boolean sharesWith(PoolingConnector other) {
        return pool == other.pool;
    }

    /** From now on this much is kept. From any thread. */
    public void keep(Reuse reuse) {
        pool.keep(reuse);
    }

    /** Nothing is kept any more, neither what comes back; {@link #closeIdle} closes the rest. */
    public void giveUpReuse() {
        pool.giveUp();
    }

    /** Closes the idle connections of the loop that calls. */
    public void closeIdle() {
        pool.closeIdle();
    }

    @Override
    public Attempt connect(
            Destination destination, Purpose purpose, EventLoop loop, Caller caller) {
        return switch (purpose) {
            case Purpose.Tunnel _ -> connectAnew(destination, purpose, loop, caller);
            case Purpose.Exchange(Wire wire, Clearance clearance) -> {
                End end = end(destination, wire);
                Optional<Remote> waiting = pool.ofLoop().take(end, clearance);
                if (waiting.isEmpty()) {
                    counts.dialled();
                    yield connectAnew(destination, purpose, loop, new Keeping(end, caller));
                }
                counts.reused();
                caller.connected(waiting.get());
                yield Done.INSTANCE;
            }
            case Purpose.Retry(Wire wire, var _) ->
                    connectAnew(
                            destination,
                            purpose,
                            loop,
                            new Keeping(end(destination, wire), caller));
        };
    }

    private End end(Destination destination, Wire wire) {
        return switch (wire) {
            case Wire.Plain() -> new End(leadsTo.apply(destination), false);
            case Wire.Secured _ -> new End(destination, true);
        };
    }

    private Attempt connectAnew(
            Destination destination, Purpose purpose, EventLoop loop, Caller caller) {
        return new MakingWay(
                        told -> fresh.connect(destination, purpose, loop, told),
                        this::makeWay,
                        caller)
                .begin();
    }

    /** What there is, of all event loops together. */
    public PoolCounts counts() {
        return counts;
    }

    /**
     * Closes some of the idle connections of the loop that calls, where a descriptor is needed and
     * none is left.
     *
     * @return whether there was one
     */
    public boolean makeWay() {
        return pool.ofLoop().makeWay(MAKE_WAY_AT_ONCE);
    }

    /** Passes a new connection on as one that is wanted back. */
    private final class Keeping implements Caller {

        private final End end;
        private final Caller caller;

        private Keeping(End end, Caller caller) {
            this.end = end;
            this.caller = caller;
        }

        @Override
        public void entered(Phase phase) {
            caller.entered(phase);
        }

        @Override
        public void connected(Remote remote) {
            caller.connected(
                    new Remote(
                            remote.channel(),
                            remote.hop(),
                            remote.dialled(),
                            false,
                            channel -> pool.keep(end, remote)));
        }

        @Override
        public void failed(Refused refused) {
            caller.failed(refused);
        }
    }

    /** An attempt that has come to its end before anybody could ask. */
    private enum Done implements Attempt {
        INSTANCE;

        @Override
        public void cancel() {}

        @Override
        public Phase phase() {
            return Phase.CONNECT;
        }
    }
}
