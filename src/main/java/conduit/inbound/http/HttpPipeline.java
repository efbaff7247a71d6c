package conduit.inbound.http;

import conduit.inbound.Terms;
import conduit.inbound.http.decode.RequestDecoder;
import conduit.relay.Pacer;
import conduit.relay.Paces;
import conduit.transport.WarmBuffers;
import conduit.tunnel.Tunnel;
import io.netty.channel.ChannelPipeline;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;

/** Composes the pipeline of a client that speaks HTTP. */
public final class HttpPipeline {

    private HttpPipeline() {}

    /**
     * For a client that has just been accepted.
     *
     * @param current the terms of the moment; each request is served on its own
     */
    public static void ofClient(ChannelPipeline pipeline, Supplier<Terms> current) {
        Terms now = current.get();
        WarmBuffers.readInto(pipeline.channel());
        RequestDecoder decoder = new RequestDecoder(now.httpLimits());
        ResponseEncoder encoder = new ResponseEncoder();
        pipeline.addLast(decoder, encoder);
        Pace pace = pace((InetSocketAddress) pipeline.channel().remoteAddress(), now.ways());
        pace.pacer().ifPresent(pipeline::addLast);
        pipeline.addLast(new HttpInbound(decoder, encoder, current, pace));
    }

    private static Pace pace(InetSocketAddress client, Tunnel.Ways ways) {
        Paces paces = ways.pacing().of(client.getAddress());
        return new Pace(
                paces, paces.up().isFree() ? Optional.empty() : Optional.of(new Pacer(paces.up())));
    }
}
