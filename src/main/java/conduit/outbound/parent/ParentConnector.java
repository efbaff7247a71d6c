package conduit.outbound.parent;

import conduit.address.Destination;
import conduit.config.Upstream;
import conduit.tunnel.Connector;
import io.netty.channel.EventLoop;
import java.time.Duration;

/**
 * Reaches destinations through a parent proxy: dials the parent, then asks it for a tunnel. Only
 * plain HTTP to a parent that speaks HTTP goes without asking: the request itself says where to.
 */
public final class ParentConnector implements Connector {

    private final Connector direct;
    private final Upstream.Parent parent;
    private final Duration negotiationTimeout;

    /**
     * A way out through this parent.
     *
     * @param direct how the parent itself is reached
     * @param negotiationTimeout bounds the handshake, from the connection to the parent's last word
     */
    public ParentConnector(Connector direct, Upstream.Parent parent, Duration negotiationTimeout) {
        this.direct = direct;
        this.parent = parent;
        this.negotiationTimeout = negotiationTimeout;
    }

    @Override
    public Attempt connect(
            Destination destination, Purpose purpose, EventLoop loop, Caller caller) {
        Plan plan = plan(destination, purpose);
        ParentAttempt attempt = new ParentAttempt(parent.at(), plan, negotiationTimeout, caller);
        attempt.begin(direct, loop);
        return attempt;
    }

    private Plan plan(Destination destination, Purpose purpose) {
        return switch (parent) {
            case Upstream.SocksParent(var _, var credentials) ->
                    new Plan.Negotiate(new SocksHandshake(destination, credentials));
            case Upstream.HttpParent(var at, var credentials) ->
                    switch (purpose) {
                        case Purpose.Tunnel(var via, var _, var _) ->
                                new Plan.Negotiate(
                                        new HttpHandshake(destination, credentials, via));
                        case Purpose.Exchange _, Purpose.Retry _ ->
                                new Plan.HandOn(
                                        new NextHop.HttpParent(
                                                at, credentials.map(HttpHandshake::basic)));
                    };
        };
    }
}
