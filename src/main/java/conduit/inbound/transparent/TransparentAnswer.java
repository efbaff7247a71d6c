package conduit.inbound.transparent;

import conduit.config.Inbound;
import conduit.config.SeenAs;
import conduit.tunnel.ClientProtocol;
import conduit.tunnel.Refused;
import conduit.tunnel.Via;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Answers a client that speaks to somebody else: yes is silence, and no is a reset, as it would see
 * from a host that does not want it.
 */
final class TransparentAnswer implements ClientProtocol {

    private final Channel client;
    private final Via via;
    private final SeenAs seenAs;

    TransparentAnswer(Channel client, Via via, SeenAs seenAs) {
        this.client = client;
        this.via = via;
        this.seenAs = seenAs;
    }

    @Override
    public Inbound inbound() {
        return Inbound.TRANSPARENT;
    }

    @Override
    public Optional<String> via() {
        return via.alone();
    }

    @Override
    public Optional<InetAddress> seenAs() {
        return switch (seenAs) {
            case CONDUIT -> Optional.empty();
            case CLIENT -> Optional.of(((InetSocketAddress) client.remoteAddress()).getAddress());
        };
    }

    @Override
    public ChannelFuture accept(InetSocketAddress bound) {
        return client.newSucceededFuture();
    }

    @Override
    public void refuse(Refused refused) {
        reset(client);
    }

    static void reset(Channel client) {
        // An event loop that ends closes the client before it tells anybody so.
        if (client.isOpen()) {
            client.config().setOption(ChannelOption.SO_LINGER, 0);
            client.close();
        }
    }
}
