package conduit.outbound.pool;

import conduit.tunnel.Connector;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An attempt at a new connection that is made once more when no descriptor was left for it and idle
 * connections have made way. Lives on the caller's event loop.
 */
final class MakingWay implements Connector.Attempt, Connector.Caller {

    private final Function<Connector.Caller, Connector.Attempt> connect;
    private final BooleanSupplier makeWay;
    private final Connector.Caller caller;
    private Connector.@Nullable Attempt current;
    private boolean secondTime;

    /**
     * Nothing is attempted yet.
     *
     * @param makeWay closes connections that nobody uses, and says whether there were any
     */
    MakingWay(
            Function<Connector.Caller, Connector.Attempt> connect,
            BooleanSupplier makeWay,
            Connector.Caller caller) {
        this.connect = connect;
        this.makeWay = makeWay;
        this.caller = caller;
    }

    /** Begins; the caller may be told before this returns. */
    Connector.Attempt begin() {
        Connector.Attempt first = connect.apply(this);
        if (!secondTime) {
            current = first;
        } // Otherwise the first has failed at once, and the second is the one under way.
        return this;
    }

    @Override
    public void entered(Phase phase) {
        caller.entered(phase);
    }

    @Override
    public void connected(Connector.Remote remote) {
        caller.connected(remote);
    }

    @Override
    public void failed(Refused refused) {
        boolean ours = refused.refusal() == Refusal.OUT_OF_DESCRIPTORS && refused.by() == Party.US;
        if (secondTime || !ours || !makeWay.getAsBoolean()) {
            caller.failed(refused);
            return;
        }
        secondTime = true;
        current = connect.apply(this);
    }

    @Override
    public void cancel() {
        if (current != null) {
            current.cancel();
        }
    }

    @Override
    public Phase phase() {
        return current == null ? Phase.CONNECT : current.phase();
    }
}
