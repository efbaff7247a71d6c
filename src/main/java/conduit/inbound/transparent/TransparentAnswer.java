package conduit.inbound.transparent;

import conduit.tunnel.ClientProtocol;
import conduit.tunnel.Inbound;
import conduit.tunnel.Refused;
import conduit.tunnel.Via;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;

/**
 * Answers a client that speaks to somebody else: yes is silence, and no is a reset, as it would see
 * from a host that does not want it.
 */
final class TransparentAnswer implements ClientProtocol {

    private final Channel client;
    private final Via via;

    TransparentAnswer(Channel client, Via via) {
        this.client = client;
        this.via = via;
    }

    @Override
    public Inbound inbound() {
        return Inbound.TRANSPARENT;
    }

    @Override
    public String via() {
        return via.alone();
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
        client.config().setOption(ChannelOption.SO_LINGER, 0);
        client.close();
    }
}
