package conduit.inbound.http;

import conduit.config.HttpLimits;
import conduit.config.Timeouts;
import conduit.inbound.http.decode.RequestDecoder;
import conduit.transport.WarmBuffers;
import conduit.tunnel.Tunnel;
import conduit.users.Authenticator;
import io.netty.channel.ChannelPipeline;
import java.util.Optional;

/** Composes the pipeline of a client that speaks HTTP. */
public final class HttpPipeline {

    private HttpPipeline() {}

    /**
     * For a client that has just been accepted.
     *
     * @param authenticator who knows the users; everybody is served without
     */
    public static void ofClient(
            ChannelPipeline pipeline,
            Tunnel.Ways ways,
            Optional<Authenticator> authenticator,
            Timeouts timeouts,
            HttpLimits limits) {
        WarmBuffers.readInto(pipeline.channel());
        RequestDecoder decoder = new RequestDecoder(limits);
        ResponseEncoder encoder = new ResponseEncoder();
        pipeline.addLast(
                decoder,
                encoder,
                new HttpInbound(decoder, encoder, ways, authenticator, timeouts, limits));
    }
}
