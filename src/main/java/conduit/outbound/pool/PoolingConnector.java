package conduit.outbound.pool;

import conduit.address.Destination;
import conduit.config.Reuse;
import conduit.tunnel.Connector;
import conduit.tunnel.Phase;
import conduit.tunnel.Refused;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
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
    private final FastThreadLocal<IdleConnections> idle;

    /**
     * Keeps connections that another connector makes.
     *
     * @param leadsTo where a connection for an exchange with this destination leads to, if nothing
     *     secures it: there, or to a parent
     * @param loops how many event loops share what may be kept
     */
    public PoolingConnector(
            Connector fresh, UnaryOperator<Destination> leadsTo, Reuse reuse, int loops) {
        this.fresh = fresh;
        this.leadsTo = leadsTo;
        Reuse share = new Reuse(share(reuse.perDestination(), loops), share(reuse.inAll(), loops));
        this.idle =
                new FastThreadLocal<>() {
                    @Override
                    protected IdleConnections initialValue() {
                        return new IdleConnections(share, System::nanoTime);
                    }
                };
    }

    private static int share(int connections, int loops) {
        return Math.ceilDiv(connections, loops);
    }

    @Override
    public Attempt connect(
            Destination destination, Purpose purpose, EventLoop loop, Caller caller) {
        return switch (purpose) {
            case Purpose.Tunnel _ -> connectAnew(destination, purpose, loop, caller);
            case Purpose.Exchange(Wire wire, Clearance clearance) -> {
                End end = end(destination, wire);
                Optional<Remote> waiting = idle.get().take(end, clearance);
                if (waiting.isEmpty()) {
                    yield connectAnew(destination, purpose, loop, new Keeping(end, caller));
                }
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

    /**
     * Closes some of the idle connections of the loop that calls, where a descriptor is needed and
     * none is left.
     *
     * @return whether there was one
     */
    public boolean makeWay() {
        return idle.get().makeWay(MAKE_WAY_AT_ONCE);
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
                            channel -> idle.get().keep(end, remote)));
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
