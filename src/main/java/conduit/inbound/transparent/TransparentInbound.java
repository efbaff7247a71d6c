package conduit.inbound.transparent;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.address.Parsed;
import conduit.config.Inbound;
import conduit.config.SeenAs;
import conduit.transport.HostAddresses;
import conduit.tunnel.Negotiation;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.tunnel.Seating;
import conduit.tunnel.Tunnel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Opens a tunnel for a client that never asked for one: its destination is known as soon as it is
 * accepted, so there is nothing to read. Lives on the client's event loop.
 */
public final class TransparentInbound extends ChannelInboundHandlerAdapter {

    private final Tunnel.Ways ways;
    private final SeenAs seenAs;
    private final BiPredicate<Channel, InetSocketAddress> ourOwn;

    /**
     * For one connection.
     *
     * @param seenAs whose address destinations are to see
     * @param ourOwn whether an accepted connection that is meant for this address is one that this
     *     process has dialled
     */
    public TransparentInbound(
            Tunnel.Ways ways, SeenAs seenAs, BiPredicate<Channel, InetSocketAddress> ourOwn) {
        this.ways = ways;
        this.seenAs = seenAs;
        this.ourOwn = ourOwn;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Channel client = ctx.channel();
        Negotiation negotiation = new Negotiation(client, Inbound.TRANSPARENT, ways.journal());
        ctx.pipeline().remove(this);
        Optional<Refused> noSeat = Seating.refusal(client);
        if (noSeat.isPresent()) {
            refuse(client, noSeat.get(), negotiation);
            return;
        }
        switch (arrival(client)) {
            case Arrival.Redirected(var wanted) -> open(client, wanted, negotiation);
            case Arrival.Intercepted(var wanted) -> open(client, wanted, negotiation);
            case Arrival.Straight() ->
                    refuse(
                            client,
                            Refused.of(
                                    Refusal.NOT_REDIRECTED,
                                    "the connection was made straight to the listener at "
                                            + IpLiteral.withPort(local(client))),
                            negotiation);
        }
    }

    private static Arrival arrival(Channel client) {
        InetSocketAddress local = local(client);
        InetSocketAddress listener = (InetSocketAddress) client.parent().localAddress();
        boolean toListener =
                local.getPort() == listener.getPort()
                        && accepts(listener.getAddress(), local.getAddress());
        return Arrival.of(
                local, toListener, toListener ? OriginalDestination.of(client) : Optional.empty());
    }

    private static InetSocketAddress local(Channel client) {
        return (InetSocketAddress) client.localAddress();
    }

    private static boolean accepts(InetAddress listener, InetAddress local) {
        return listener.isAnyLocalAddress()
                ? HostAddresses.includeAlsoNew(local)
                : listener.equals(local);
    }

    private void open(Channel client, InetSocketAddress wanted, Negotiation negotiation) {
        if (ourOwn.test(client, wanted)) {
            refuse(client, cameBack(), negotiation);
            return;
        }
        switch (Destination.of(wanted.getAddress(), wanted.getPort())) {
            case Parsed.Valid<Destination>(var destination) -> {
                negotiation.succeeded();
                TransparentAnswer answer = new TransparentAnswer(client, ways.via(), seenAs);
                Tunnel.open(client, answer, destination, ways, negotiation.begunAt());
            }
            case Parsed.Invalid<Destination>(String why) ->
                    refuse(client, Refused.of(Refusal.MALFORMED_REQUEST, why), negotiation);
        }
    }

    private static Refused cameBack() {
        return Refused.of(
                        Refusal.WOULD_LOOP,
                        "a firewall rule sends conduit's own connections back to it: exempt them,"
                                + " for example by --fwmark")
                .by(Party.US)
                .in(Phase.NEGOTIATION);
    }

    private static void refuse(Channel client, Refused refused, Negotiation negotiation) {
        negotiation.refused(refused);
        TransparentAnswer.reset(client);
    }
}
