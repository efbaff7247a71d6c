package conduit.inbound.http.forward;

import conduit.inbound.http.decode.ResponseDecoder;
import conduit.relay.Allowance;
import conduit.relay.Pacer;
import conduit.relay.SocketState;
import conduit.transport.Unacknowledged;
import conduit.tunnel.Connector;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an origin, or to a parent that speaks HTTP, which serves one exchange after the
 * other: gives each what is its own, and closes when something comes while none is there to ask for
 * it. The last handler of its pipeline; lives on the event loop of its exchanges.
 */
public final class OriginConnection extends ChannelInboundHandlerAdapter {

    private final Channel channel;
    private final ResponseDecoder decoder;
    private final RequestEncoder encoder;
    private final Optional<Pacer> pacer;
    private Connector.Remote remote;
    private @Nullable ResponsePath response;

    /** One that is to serve its first exchange. */
    OriginConnection(
            Connector.Remote remote,
            ResponseDecoder decoder,
            RequestEncoder encoder,
            Optional<Pacer> pacer) {
        this.channel = remote.channel();
        this.decoder = decoder;
        this.encoder = encoder;
        this.pacer = pacer;
        this.remote = remote;
    }

    /**
     * The next response goes this way, is one to a request with this method, and no faster than its
     * client may have it.
     */
    void serve(Connector.Remote again, HttpMethod method, ResponsePath next, Allowance pace) {
        remote = again;
        response = next;
        pacer.ifPresent(holding -> holding.under(pace));
        decoder.expect(method);
    }

    /** Who reads what is written here. */
    Connector.NextHop hop() {
        return remote.hop();
    }

    /** {@link ResponseDecoder#endsItself} of the response whose head came last. */
    boolean endsItself() {
        return decoder.endsItself();
    }

    /** Reads more of the response, or what comes unasked. */
    void read() {
        channel.read();
    }

    /** How often it has been heard since it was asked. */
    long heard() {
        return decoder.reads();
    }

    /** How many of the bytes that were sent its kernel does not have, as far as can be told. */
    long behind() {
        return Unacknowledged.in(channel);
    }

    /** What the kernel knows of it. */
    Optional<SocketState> socket() {
        return SocketState.of(channel);
    }

    /**
     * Whether it may have been dead before it was asked: it has served before, and has not sent a
     * byte since.
     */
    boolean wasPerhapsDead() {
        return remote.usedBefore() && decoder.isSilent();
    }

    /** The exchange is over, and both sides have said all: the next one may come. */
    void giveBack() {
        response = null;
        if (decoder.canExpect()) {
            remote.keeper().takeBack(channel);
        } else {
            channel.close();
        }
    }

    /**
     * The connection becomes a byte stream: leaves the pipeline to whoever comes at its end now.
     */
    public Channel stepAside() {
        response = null;
        channel.pipeline().remove(this);
        pacer.ifPresent(Pacer::leave);
        return channel;
    }

    /** What came behind the response comes out at the end of the pipeline. */
    public void letGo() {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.remove(decoder);
        pipeline.remove(encoder);
        if (((DuplexChannel) channel).isInputShutdown()) {
            pipeline.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    /** The exchange is over, and so is the connection. */
    void close() {
        response = null;
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (response != null && (response.isAsked() || !remote.usedBefore())) {
            response.read(message);
        } else if (response != null) {
            ReferenceCountUtil.release(message);
            response.spokenUnasked();
        } else {
            ReferenceCountUtil.release(message);
            channel.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (response != null) {
            response.readComplete();
        } else if (decoder.holdsBytes()) {
            channel.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (response != null) {
            response.originWritabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        if (response != null) {
            response.inputEnded();
        } else {
            channel.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (response != null) {
            response.broken(cause);
        } else {
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (response != null) {
            response.closed();
        }
    }
}
