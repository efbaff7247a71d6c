package conduit.tunnel;

import conduit.limits.Seat;
import conduit.relay.Endpoint;
import conduit.relay.Relay;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;

/**
 * A client and a remote that are both connected, from the yes that the client is being told until
 * the relay has them; then what is left is {@link Carried}. Owns both sockets, and lives on the
 * event loop that they share.
 */
public final class Handover implements Progress {

    private final Endpoint client;
    private final Endpoint remote;
    private final Tunnel.Ways ways;
    private final Account account;
    private boolean over;

    /**
     * Puts an endpoint at the end of both pipelines. The decoders must leave before {@link #after}
     * is called; what they still hold comes out at the end of their pipeline.
     */
    public Handover(Channel client, Channel remote, Tunnel.Ways ways, Account account) {
        this.client = Endpoint.of(client, new Watcher(Party.CLIENT));
        this.remote = Endpoint.of(remote, new Watcher(Party.REMOTE));
        this.ways = ways;
        this.account = account;
        account.carriedOutBy(this);
    }

    /** For a client that has an endpoint already, whose watcher passes on that it has gone. */
    Handover(Endpoint client, Channel remote, Tunnel.Ways ways, Account account) {
        this.client = client;
        this.remote = Endpoint.of(remote, new Watcher(Party.REMOTE));
        this.ways = ways;
        this.account = account;
        account.carriedOutBy(this);
    }

    /** The relay begins when the kernel has the yes. */
    public void after(ChannelFuture yes) {
        yes.addListener((ChannelFuture answer) -> answered(answer));
    }

    private void answered(ChannelFuture answer) {
        if (over) {
            return;
        }
        if (answer.isSuccess()) {
            over = true;
            new Carried(account, Seat.of(client.channel())).start(ways, client, remote);
        } else {
            abandon(Outcome.CLIENT_LEFT, Party.CLIENT);
        }
    }

    /** One of the connections broke, or was closed underneath us. */
    void gone(Party side, Relay.Cause cause) {
        if (over) {
            return;
        }
        if (cause == Relay.Cause.CLOSED) {
            abandon(Outcome.STOPPED, Party.US);
        } else {
            abandon(side == Party.CLIENT ? Outcome.CLIENT_LEFT : Outcome.RESET, side);
        }
    }

    @Override
    public Phase phase() {
        return Phase.RELAY;
    }

    @Override
    public void end(Outcome outcome) {
        if (!over) {
            abandon(outcome, Party.US);
        }
    }

    private void abandon(Outcome outcome, Party by) {
        over = true;
        remote.channel().close();
        client.channel().close();
        account.close(new Ending.Ended(outcome, by, Phase.RELAY), 0, 0);
    }

    private final class Watcher implements Endpoint.Watcher {

        private final Party side;

        private Watcher(Party side) {
            this.side = side;
        }

        @Override
        public void inputEnded() {
            // The relay passes it on once the client has its answer.
        }

        @Override
        public void gone(Relay.Cause cause) {
            Handover.this.gone(side, cause);
        }
    }
}
