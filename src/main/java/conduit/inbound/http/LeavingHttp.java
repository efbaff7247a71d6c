package conduit.inbound.http;

import conduit.address.Destination;
import conduit.inbound.http.decode.RequestDecoder;
import conduit.inbound.http.forward.OriginConnection;
import conduit.tunnel.Account;
import conduit.tunnel.Handover;
import conduit.tunnel.Tunnel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/**
 * How a client's connection leaves HTTP for good and becomes a byte stream: after a CONNECT, or
 * when client and origin switch protocols. What the client sent behind its request is the first of
 * that stream. On the client's event loop.
 */
final class LeavingHttp {

    private final HttpInbound inbound;
    private final RequestDecoder decoder;
    private final ResponseEncoder encoder;
    private final Tunnel.Ways ways;

    LeavingHttp(
            HttpInbound inbound,
            RequestDecoder decoder,
            ResponseEncoder encoder,
            Tunnel.Ways ways) {
        this.inbound = inbound;
        this.decoder = decoder;
        this.encoder = encoder;
        this.ways = ways;
    }

    /** The CONNECT is complete: what the decoder still holds belongs to the tunnel. */
    void byConnect(Channel client, Destination destination, ConnectAnswer answer, long begunAt) {
        client.pipeline().remove(inbound);
        Tunnel.open(client, answer, destination, ways, begunAt);
        letGo(client.pipeline());
    }

    /** The client is being told that its connection speaks another protocol from here on. */
    void bySwitch(OriginConnection origin, ChannelFuture told, Account account) {
        Channel client = told.channel();
        client.pipeline().remove(inbound);
        Handover handover = new Handover(client, origin.stepAside(), ways, account);
        letGo(client.pipeline());
        origin.letGo();
        client.pipeline().remove(encoder);
        handover.after(told);
    }

    /** What the decoder holds comes out at the end of the pipeline, where somebody waits by now. */
    private void letGo(ChannelPipeline pipeline) {
        pipeline.remove(decoder);
        if (decoder.inputEnded()) {
            pipeline.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }
}
