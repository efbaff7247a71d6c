package conduit.inbound.http;

import conduit.config.Timeouts;
import conduit.tunnel.Tunnel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;

/** Composes the two HTTP pipelines: that of a client, and that of an origin during an exchange. */
public final class HttpPipeline {

    private HttpPipeline() {}

    /** For a client that has just been accepted. */
    public static void ofClient(ChannelPipeline pipeline, Tunnel.Ways ways, Timeouts timeouts) {
        RequestDecoder decoder = new RequestDecoder();
        ResponseEncoder encoder = new ResponseEncoder();
        pipeline.addLast(decoder, encoder, new HttpInbound(decoder, encoder, ways, timeouts));
    }

    /** For an origin that has just been connected. */
    static void ofOrigin(Channel origin, ResponsePath response) {
        HttpDecoderConfig limits =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(HeadScanner.LONGEST_REQUEST_LINE)
                        .setMaxHeaderSize(HeadScanner.LONGEST_HEADER)
                        .setMaxChunkSize(64 * 1024);
        origin.pipeline().addLast(new HttpClientCodec(limits, false, false), response);
    }
}
