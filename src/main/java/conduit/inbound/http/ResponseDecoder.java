package conduit.inbound.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Decodes the responses on one connection, of each of which it is told to what it is one. */
final class ResponseDecoder extends HttpResponseDecoder {

    private HttpMethod asked = HttpMethod.GET;
    private boolean silent = true;

    ResponseDecoder() {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(HeadScanner.LONGEST_REQUEST_LINE)
                        .setMaxHeaderSize(HeadScanner.LONGEST_HEADER)
                        .setMaxChunkSize(64 * 1024));
    }

    /** The next response is to a request with this method. */
    void expect(HttpMethod method) {
        asked = method;
        silent = true;
    }

    /** Whether not a byte has come since a response was expected. */
    boolean isSilent() {
        return silent;
    }

    /** Whether bytes wait here that belong to no response so far. */
    boolean holdsBytes() {
        return actualReadableBytes() > 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
        silent = false;
        super.channelRead(ctx, input);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage response) {
        return asked.equals(HttpMethod.HEAD) || super.isContentAlwaysEmpty(response);
    }
}
