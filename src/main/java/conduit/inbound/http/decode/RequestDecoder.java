package conduit.inbound.http.decode;

import conduit.config.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one request at a time. It stops after a request's head until its body is wanted, and
 * after its end until the next request is wanted; bytes behind that point stay bytes. So what is
 * pipelined waits undecoded, and what follows a CONNECT is never taken for a request: when the
 * decoder leaves the pipeline, those bytes come out of it as they arrived. What {@link Judge} finds
 * flawed comes out as its {@link Flaw}, and nothing after it.
 */
public final class RequestDecoder extends HttpRequestDecoder {

    private static final short CRLF = 0x0d0a;

    private final HttpLimits limits;
    private Judge judge;
    private @Nullable ChannelHandlerContext context;
    private boolean paused;
    private boolean flawed;
    private boolean decoding;
    private boolean inputEnded;

    /** Waits for the first request. */
    public RequestDecoder(HttpLimits limits) {
        super(Judge.decoding(limits));
        this.limits = limits;
        this.judge = new Judge(new RequestLine(limits), limits);
    }

    /** Whether a request has begun to arrive and its head is not complete. */
    public boolean inBegunHead() {
        return judge.inHead() && judge.begun();
    }

    /** Whether bytes wait here undecoded. */
    public boolean holdsBytes() {
        return actualReadableBytes() > 0;
    }

    /** Whether the peer has sent its end of stream and nothing can come but what waits here. */
    public boolean inputEnded() {
        return inputEnded;
    }

    /**
     * Goes on after a head, with its body; there may be none, and the end may have come already.
     */
    public void resumeBody() {
        if (!judge.inHead()) {
            resume();
        }
    }

    /** Goes on after an end, with the next request. */
    public void nextRequest() {
        resume();
    }

    private void resume() {
        paused = flawed;
        ChannelHandlerContext ctx = context;
        if (decoding || ctx == null) {
            // The loop around us goes on by itself.
            return;
        }
        // As bytes from the socket would, so that exceptions go the same way too.
        ctx.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER);
        if (inputEnded && !paused && !ctx.isRemoved()) {
            ctx.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object input) throws Exception {
        boolean outermost = !decoding;
        decoding = true;
        try {
            super.channelRead(ctx, input);
        } finally {
            decoding = !outermost;
        }
    }

    /** Netty's own would read on while nothing is decoded: without bound, as long as we pause. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (paused) {
            ctx.fireChannelReadComplete();
        } else {
            super.channelReadComplete(ctx);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
            throws Exception {
        if (paused || (judge.inHead() && !judge.begun() && onlyEmptyLines(in))) {
            return;
        }
        switch (judge.judge(in)) {
            case Verdict.Incomplete() -> {}
            case Verdict.Sound() -> decodeJudged(ctx, in, out);
            case Verdict.Flawed(var flaw) -> {
                judge.decodeSound(in, sound -> super.decode(ctx, sound, out));
                paused = true;
                flawed = true;
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

    /** Skips what is to be ignored before a request line (RFC 9112, section 2.2). */
    private static boolean onlyEmptyLines(ByteBuf in) {
        while (in.readableBytes() >= 2 && in.getShort(in.readerIndex()) == CRLF) {
            in.skipBytes(2);
        }
        return !in.isReadable()
                || (in.readableBytes() == 1 && in.getByte(in.readerIndex()) == '\r');
    }

    private void afterDecoding(HttpObject message) {
        if (message instanceof HttpRequest) {
            judge.headDecoded();
            paused = true;
        }
        flawed |= message.decoderResult().isFailure();
        if (message instanceof LastHttpContent || flawed) {
            judge = new Judge(new RequestLine(limits), limits);
            paused = true;
        }
    }

    /** Netty knows a request of which no field says that it has a body (WebSocket, draft 76). */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return judge.bodyEnd() == BodyEnd.NO_BODY;
    }

    /** While paused, the end of the stream must not end the decoding of what waits before it. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        inputEnded |= event instanceof ChannelInputShutdownEvent;
        if (event instanceof ChannelInputShutdownEvent && paused) {
            ctx.fireUserEventTriggered(event);
        } else {
            super.userEventTriggered(ctx, event);
        }
    }
}
