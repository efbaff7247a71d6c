package conduit.inbound.http;

import conduit.config.HttpLimits;
import conduit.config.Timeouts;
import conduit.inbound.http.decode.RequestDecoder;
import conduit.inbound.http.decode.ResponseDecoder;
import conduit.tunnel.Connector;
import conduit.tunnel.Tunnel;
import io.netty.channel.ChannelPipeline;

/** Composes the two HTTP pipelines: that of a client, and that of an origin during an exchange. */
public final class HttpPipeline {

    private HttpPipeline() {}

    /** For a client that has just been accepted. */
    public static void ofClient(
            ChannelPipeline pipeline, Tunnel.Ways ways, Timeouts timeouts, HttpLimits limits) {
        RequestDecoder decoder = new RequestDecoder(limits);
        ResponseEncoder encoder = new ResponseEncoder();
        pipeline.addLast(
                decoder, encoder, new HttpInbound(decoder, encoder, ways, timeouts, limits));
    }

    /** For an origin that has just been connected, or that has served an exchange before. */
    static OriginConnection ofOrigin(Connector.Remote origin, HttpLimits limits) {
        ChannelPipeline pipeline = origin.channel().pipeline();
        if (pipeline.last() instanceof OriginConnection served) {
            return served;
        }
        ResponseDecoder decoder = new ResponseDecoder(limits);
        RequestEncoder encoder = new RequestEncoder();
        OriginConnection connection = new OriginConnection(origin, decoder, encoder);
        pipeline.addLast(decoder, encoder, connection);
        return connection;
    }
}
