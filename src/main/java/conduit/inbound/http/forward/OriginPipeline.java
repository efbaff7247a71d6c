package conduit.inbound.http.forward;

import conduit.config.HttpLimits;
import conduit.inbound.http.decode.ResponseDecoder;
import conduit.transport.WarmBuffers;
import conduit.tunnel.Connector;
import io.netty.channel.ChannelPipeline;

/** Composes the pipeline of an origin during its exchanges. */
final class OriginPipeline {

    private OriginPipeline() {}

    /** For an origin that has just been connected, or that has served an exchange before. */
    static OriginConnection of(Connector.Remote origin, HttpLimits limits) {
        ChannelPipeline pipeline = origin.channel().pipeline();
        if (pipeline.last() instanceof OriginConnection served) {
            return served;
        }
        WarmBuffers.readInto(origin.channel());
        ResponseDecoder decoder = new ResponseDecoder(limits);
        RequestEncoder encoder = new RequestEncoder();
        OriginConnection connection = new OriginConnection(origin, decoder, encoder);
        pipeline.addLast(decoder, encoder, connection);
        return connection;
    }
}
