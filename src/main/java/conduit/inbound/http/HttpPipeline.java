package conduit.inbound.http;

import conduit.config.HttpLimits;
import conduit.config.Timeouts;
import conduit.inbound.http.decode.RequestDecoder;
import conduit.transport.WarmBuffers;
import conduit.tunnel.Tunnel;
import io.netty.channel.ChannelPipeline;

/** Composes the pipeline of a client that speaks HTTP. */
public final class HttpPipeline {

    private HttpPipeline() {}

    /** For a client that has just been accepted. */
    public static void ofClient(
            ChannelPipeline pipeline, Tunnel.Ways ways, Timeouts timeouts, HttpLimits limits) {
        WarmBuffers.readInto(pipeline.channel());
        RequestDecoder decoder = new RequestDecoder(limits);
        ResponseEncoder encoder = new ResponseEncoder();
        pipeline.addLast(
                decoder, encoder, new HttpInbound(decoder, encoder, ways, timeouts, limits));
    }
}
