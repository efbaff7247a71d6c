package conduit.inbound.http.decode;

import conduit.config.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/**
 * Decodes the responses of one connection, each when it is expected, with those of status 1xx
 * before it. Whatever else comes stays bytes, and comes out as it arrived when the decoder leaves
 * the pipeline. What {@link Judge} finds flawed comes out as its {@link Flaw}, and nothing after
 * it. Lives on the connection's event loop.
 */
public final class ResponseDecoder extends HttpResponseDecoder {

    private enum Stage {
        /** Nothing is expected: before the first request, and behind each response. */
        IDLE,
        EXPECTING,
        /** The connection cannot be used for another response. */
        OVER
    }

    private Stage stage = Stage.IDLE;
    private HttpMethod method = HttpMethod.GET;
    private final HttpLimits limits;
    private Judge judge;
    private boolean interim;
    private boolean endsItself;
    private long reads;

    /** Expects nothing yet. */
    public ResponseDecoder(HttpLimits limits) {
        super(Judge.decoding(limits));
        this.limits = limits;
        this.judge = new Judge(new StatusLine(method), limits);
    }

    /**
     * The next response answers a request of this method, which is about to be sent.
     *
     * @throws IllegalStateException if there can be no further response on this connection, the
     *     last one is not complete, or bytes came behind it, which would be taken for the next
     */
    public void expect(HttpMethod requested) {
        if (!canExpect()) {
            throw new IllegalStateException(stage + ", holding " + actualReadableBytes());
        }
        stage = Stage.EXPECTING;
        method = requested;
        reads = 0;
        endsItself = false;
        judge = new Judge(new StatusLine(requested), limits);
    }

    /**
     * Whether there can be a further response: the last one is complete, nothing came behind it
     * that would be taken for the next, and neither did the end of the stream.
     */
    public boolean canExpect() {
        return stage == Stage.IDLE && !holdsBytes();
    }

    /** Whether not a byte has come since a response was expected. */
    public boolean isSilent() {
        return reads == 0;
    }

    /** How often something has come since a response was expected. */
    public long reads() {
        return reads;
    }

    /** Whether bytes wait here undecoded; behind a complete response none should. */
    public boolean holdsBytes() {
        return actualReadableBytes() > 0;
    }

    /**
     * Whether the response whose head came last says itself where it ends, by its length, by chunks
     * or by having no body, and leaves the connection to HTTP. Otherwise its end is the end of the
     * connection, which may as well be a failure.
     */
    public boolean endsItself() {
        return endsItself;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
        reads++;
        super.channelRead(ctx, input);
    }

    /** Netty's own would read on while nothing is decoded, without bound. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (stage == Stage.EXPECTING) {
            super.channelReadComplete(ctx);
        } else {
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        if (stage != Stage.EXPECTING) {
            return;
        }
        switch (judge.judge(in)) {
            case Verdict.Incomplete() -> {}
            case Verdict.Sound() -> decodeJudged(ctx, in, out);
            case Verdict.Flawed(var flaw) -> {
                judge.decodeSound(in, sound -> super.decode(ctx, sound, out));
                stage = Stage.OVER;
                in.skipBytes(in.readableBytes());
                out.add(flaw);
            }
        }
    }

    private void decodeJudged(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        int readable = in.readableBytes();
        super.decode(ctx, in, out);
        judge.decoded(readable - in.readableBytes());
        for (Object message : out) {
            afterDecoding((HttpObject) message);
        }
    }

    private void afterDecoding(HttpObject message) {
        if (message.decoderResult().isFailure()) {
            stage = Stage.OVER;
            return;
        }
        if (message instanceof HttpResponse head) {
            boolean switches = head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
            interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL && !switches;
            endsItself = judge.bodyEnd() != BodyEnd.CONNECTION && !switches;
            judge.headDecoded();
        }
        if (message instanceof LastHttpContent) {
            judge = new Judge(new StatusLine(method), limits);
            if (!interim) {
                stage = endsItself ? Stage.IDLE : Stage.OVER;
            }
        }
    }

    /** RFC 9112, section 6.3: not what the fields say counts, nor what Netty knows of WebSocket. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return judge.bodyEnd() == BodyEnd.NO_BODY;
    }

    /** What follows a switch stays bytes here. */
    @Override
    protected boolean isSwitchingToNonHttp1Protocol(HttpResponse head) {
        return false;
    }

    /** When nothing is expected, the end of the stream must not end what waits before it. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent && stage != Stage.EXPECTING) {
            stage = Stage.OVER;
            ctx.fireUserEventTriggered(event);
        } else {
            super.userEventTriggered(ctx, event);
        }
    }
}
