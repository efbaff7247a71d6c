package conduit.inbound.http.forward;

import conduit.config.HttpLimits;
import conduit.inbound.http.decode.ResponseDecoder;
import conduit.relay.Allowance;
import conduit.relay.Pacer;
import conduit.transport.WarmBuffers;
import conduit.tunnel.Connector;
import io.netty.channel.ChannelPipeline;
import java.util.Optional;

/** Composes the pipeline of an origin during its exchanges. */
final class OriginPipeline {

    private OriginPipeline() {}

    /** For an origin that has just been connected, or that has served an exchange before. */
    static OriginConnection of(Connector.Remote origin, HttpLimits limits, Allowance pace) {
        ChannelPipeline pipeline = origin.channel().pipeline();
        if (pipeline.last() instanceof OriginConnection served) {
            return served;
        }
        WarmBuffers.readInto(origin.channel());
        ResponseDecoder decoder = new ResponseDecoder(limits);
        RequestEncoder encoder = new RequestEncoder();
        // What limits one exchange limits all: it is the operator's doing.
        Optional<Pacer> pacer = pace.isFree() ? Optional.empty() : Optional.of(new Pacer(pace));
        OriginConnection connection = new OriginConnection(origin, decoder, encoder, pacer);
        pipeline.addLast(decoder, encoder);
        pacer.ifPresent(pipeline::addLast);
        pipeline.addLast(connection);
        return connection;
    }
}
