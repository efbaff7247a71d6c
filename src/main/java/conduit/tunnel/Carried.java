package conduit.tunnel;

import conduit.limits.Seat;
import conduit.relay.Endpoint;
import conduit.relay.Paces;
import conduit.relay.Relay;
import conduit.relay.Side;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel that is being relayed: all that is left of it beside the relay. It holds no channel, so
 * that those of an idle tunnel can be collected. Lives on the event loop of the relay.
 */
final class Carried implements Relay.Watcher {

    private final Account account;
    private final Seat seat;
    private Relay.@Nullable Transfer transfer;

    Carried(Account account, Seat seat) {
        this.account = account;
        this.seat = seat;
    }

    /** Hands both sockets to the relay. */
    void start(Tunnel.Ways ways, Endpoint client, Endpoint remote) {
        Paces paces = ways.pacing().of(account.client().getAddress());
        transfer = ways.relay().start(client, remote, paces, this);
    }

    @Override
    public void ended(Relay.Cause cause, Side by) {
        // The relay has closed the socket, and its channel may never learn of it.
        seat.release();
        Outcome outcome =
                switch (cause) {
                    case END_OF_STREAM -> Outcome.COMPLETED;
                    case RESET -> Outcome.RESET;
                    case IDLE_TOO_LONG -> Outcome.IDLE_TIMEOUT;
                    case HALF_CLOSED_TOO_LONG -> Outcome.HALF_CLOSE_TIMEOUT;
                    case LIFETIME_OVER -> Outcome.LIFETIME_OVER;
                    case CLOSED -> Outcome.STOPPED;
                    case DEFECT -> Outcome.FAILED;
                };
        Relay.Transfer moved = transfer;
        if (moved != null) {
            moved.firstByteDownAt().ifPresent(account::heard);
        }
        account.close(
                new Ending.Ended(outcome, Party.at(by), Phase.RELAY),
                moved == null ? 0 : moved.bytesUp(),
                moved == null ? 0 : moved.bytesDown());
    }
}
