package conduit.outbound.parent;

import conduit.address.Destination;
import conduit.tunnel.Connector;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refused;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach a destination through a parent: dial, then negotiate, each before a deadline
 * of its own. Whatever fails is told under the parent's name. Lives on the caller's event loop.
 */
final class ParentAttempt implements Connector.Attempt, Connector.Caller, HandshakeHandler.Watcher {

    private final Destination parent;
    private final Plan plan;
    private final Duration negotiationTimeout;
    private final Connector.Caller caller;

    private Connector.@Nullable Attempt dial;
    private @Nullable HandshakeHandler handshake;
    private boolean over;

    ParentAttempt(
            Destination parent, Plan plan, Duration negotiationTimeout, Connector.Caller caller) {
        this.parent = parent;
        this.plan = plan;
        this.negotiationTimeout = negotiationTimeout;
        this.caller = caller;
    }

    void begin(Connector direct, EventLoop loop) {
        dial =
                direct.connect(
                        parent,
                        new Connector.Purpose.Exchange(
                                new Connector.Wire.Plain(), Connector.Clearance.ANY),
                        loop,
                        this);
    }

    @Override
    public void entered(Phase phase) {
        caller.entered(phase);
    }

    /** The parent was not reached: who would be the remote of a direct dial is the parent here. */
    @Override
    public void failed(Refused refused) {
        over = true;
        Party by = refused.by() == Party.REMOTE ? Party.PARENT : refused.by();
        caller.failed(underItsName("cannot be reached: ", refused).by(by));
    }

    /** The parent is connected. */
    @Override
    public void connected(Connector.Remote remote) {
        switch (plan) {
            case Plan.HandOn(var hop) -> {
                over = true;
                caller.connected(new Connector.Remote(remote.channel(), hop, Optional.empty()));
            }
            case Plan.Negotiate(var asking) -> {
                caller.entered(Phase.HANDSHAKE);
                HandshakeHandler handler = new HandshakeHandler(asking, negotiationTimeout, this);
                handshake = handler;
                remote.channel().pipeline().addLast(handler);
            }
        }
    }

    /** The parent has refused, failed or kept us waiting; its connection is closed. */
    @Override
    public void handshakeFailed(Refused refused) {
        over = true;
        caller.failed(underItsName("", refused));
    }

    /** The parent has opened the tunnel. */
    @Override
    public void tunnelOpened(Channel channel) {
        over = true;
        caller.connected(
                new Connector.Remote(channel, new Connector.NextHop.Origin(), Optional.empty()));
    }

    @Override
    public Phase phase() {
        if (handshake != null) {
            return Phase.HANDSHAKE;
        }
        return dial == null ? Phase.CONNECT : dial.phase();
    }

    @Override
    public void cancel() {
        if (over) {
            return;
        }
        over = true;
        if (handshake != null) {
            handshake.cancel();
        } else if (dial != null) {
            dial.cancel();
        }
    }

    private Refused underItsName(String verb, Refused refused) {
        String detail = "parent " + parent + " " + verb + refused.detail();
        return new Refused(
                refused.refusal(), refused.by(), refused.phase(), refused.errno(), detail);
    }
}
