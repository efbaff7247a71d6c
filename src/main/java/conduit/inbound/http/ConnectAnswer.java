package conduit.inbound.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import conduit.config.Inbound;
import conduit.inbound.http.message.HttpAnswer;
import conduit.transport.LingeringClose;
import conduit.tunnel.ClientProtocol;
import conduit.tunnel.Headline;
import conduit.tunnel.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Answers a CONNECT. Of the HTTP pipeline only the encoder is left, and it leaves after a yes. */
final class ConnectAnswer implements ClientProtocol {

    /** RFC 9110, section 9.3.6: a header without framing. */
    private static final ByteBuf ACCEPTED =
            Unpooled.unreleasableBuffer(
                    Unpooled.directBuffer()
                            .writeBytes(
                                    "HTTP/1.1 200 Connection established\r\n\r\n"
                                            .getBytes(US_ASCII)));

    private final Channel client;
    private final ResponseEncoder encoder;
    private final Optional<String> via;
    private final Optional<String> user;
    private final Optional<Headline> headline;

    ConnectAnswer(
            Channel client,
            ResponseEncoder encoder,
            Optional<String> via,
            Optional<String> user,
            Optional<Headline> headline) {
        this.client = client;
        this.encoder = encoder;
        this.via = via;
        this.user = user;
        this.headline = headline;
    }

    @Override
    public Inbound inbound() {
        return Inbound.CONNECT;
    }

    @Override
    public Optional<String> user() {
        return user;
    }

    @Override
    public Optional<Headline> headline() {
        return headline;
    }

    @Override
    public Optional<String> via() {
        return via;
    }

    @Override
    public ChannelFuture accept(InetSocketAddress bound) {
        client.pipeline().remove(encoder);
        return client.writeAndFlush(ACCEPTED.duplicate());
    }

    @Override
    public void refuse(Refused refused) {
        LingeringClose.after(client.writeAndFlush(HttpAnswer.of(refused)));
    }
}
