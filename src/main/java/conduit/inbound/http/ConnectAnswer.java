package conduit.inbound.http;

import conduit.transport.LingeringClose;
import conduit.tunnel.ClientProtocol;
import conduit.tunnel.Inbound;
import conduit.tunnel.Refused;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;

/** Answers a CONNECT. Of the HTTP pipeline only the encoder is left, and it leaves after a yes. */
final class ConnectAnswer implements ClientProtocol {

    private final Channel client;
    private final ResponseEncoder encoder;

    ConnectAnswer(Channel client, ResponseEncoder encoder) {
        this.client = client;
        this.encoder = encoder;
    }

    @Override
    public Inbound inbound() {
        return Inbound.CONNECT;
    }

    @Override
    public ChannelFuture accept(InetSocketAddress bound) {
        ChannelFuture written = client.writeAndFlush(HttpAnswer.connected());
        client.pipeline().remove(encoder);
        return written;
    }

    @Override
    public void refuse(Refused refused) {
        LingeringClose.after(client.writeAndFlush(HttpAnswer.of(refused)));
    }
}
