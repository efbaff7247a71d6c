package conduit.inbound.http;

import conduit.config.HttpLimits;
import conduit.config.Timeouts;
import conduit.inbound.http.decode.RequestDecoder;
import conduit.relay.Pacer;
import conduit.relay.Paces;
import conduit.transport.WarmBuffers;
import conduit.tunnel.Tunnel;
import conduit.users.Authenticator;
import io.netty.channel.ChannelPipeline;
import java.net.InetSocketAddress;
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
        pipeline.addLast(decoder, encoder);
        Pace pace = pace((InetSocketAddress) pipeline.channel().remoteAddress(), ways);
        pace.pacer().ifPresent(pipeline::addLast);
        pipeline.addLast(
                new HttpInbound(decoder, encoder, ways, authenticator, timeouts, limits, pace));
    }

    private static Pace pace(InetSocketAddress client, Tunnel.Ways ways) {
        Paces paces = ways.pacing().of(client.getAddress());
        return new Pace(
                paces, paces.up().isFree() ? Optional.empty() : Optional.of(new Pacer(paces.up())));
    }
}
