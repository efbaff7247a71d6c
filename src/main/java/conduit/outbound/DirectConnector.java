package conduit.outbound;

import conduit.address.Destination;
import conduit.tunnel.Connector;
import conduit.tunnel.Phase;
import conduit.tunnel.Refused;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Reaches destinations directly: whoever is dialled is the destination itself. */
public final class DirectConnector implements Connector {

    private final Dialler dialler;

    /** A direct way out. */
    public DirectConnector(Dialler dialler) {
        this.dialler = dialler;
    }

    @Override
    public Attempt connect(
            Destination destination, Purpose purpose, EventLoop loop, Caller caller) {
        Optional<InetAddress> seenAs =
                switch (purpose) {
                    case Purpose.Tunnel(var _, var client, var _) -> client;
                    case Purpose.Exchange _, Purpose.Retry _ -> Optional.empty();
                };
        return dialler.dial(destination, seenAs, purpose.clearance(), loop, new ToOrigin(caller));
    }

    private record ToOrigin(Caller caller) implements Dial.Caller {
        @Override
        public void entered(Phase phase) {
            caller.entered(phase);
        }

        @Override
        public void connected(Channel channel) {
            InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
            caller.connected(
                    new Remote(channel, new NextHop.Origin(), Optional.of(remote.getAddress())));
        }

        @Override
        public void failed(Refused refused) {
            caller.failed(refused);
        }
    }
}
