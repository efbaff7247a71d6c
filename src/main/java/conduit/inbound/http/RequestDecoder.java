package conduit.inbound.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
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
 * decoder leaves the pipeline, those bytes come out of it as they arrived. A head that {@link
 * HeadScanner} finds flawed comes out as its {@code Refused}, and nothing after it.
 */
final class RequestDecoder extends HttpRequestDecoder {

    private static final short CRLF = 0x0d0a;

    private HeadScanner scanner = new HeadScanner();
    private @Nullable ChannelHandlerContext context;
    private boolean inHead = true;
    private boolean paused;
    private boolean decoding;
    private boolean inputEnded;

    RequestDecoder() {
        super(
                // The scanner's limits are the ones that count; these only must not be lower.
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(HeadScanner.LONGEST_REQUEST_LINE * 2)
                        .setMaxHeaderSize(HeadScanner.LONGEST_HEADER * 2)
                        .setMaxChunkSize(64 * 1024));
    }

    /** Whether a request has begun to arrive and its head is not complete. */
    boolean inBegunHead() {
        return inHead && scanner.begun();
    }

    /** Whether bytes wait here undecoded. */
    boolean holdsBytes() {
        return actualReadableBytes() > 0;
    }

    /** Whether the peer has sent its end of stream and nothing can come but what waits here. */
    boolean inputEnded() {
        return inputEnded;
    }

    /**
     * Goes on after a head, with its body; there may be none, and the end may have come already.
     */
    void resumeBody() {
        if (!inHead) {
            resume();
        }
    }

    /** Goes on after an end, with the next request. */
    void nextRequest() {
        resume();
    }

    private void resume() {
        paused = false;
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
        if (paused || (inHead && !headIsSound(in, out))) {
            return;
        }
        super.decode(ctx, in, out);
        for (Object message : out) {
            afterDecoding((HttpObject) message);
        }
    }

    private boolean headIsSound(ByteBuf in, List<Object> out) {
        if (!scanner.begun() && onlyEmptyLines(in)) {
            return false;
        }
        return switch (scanner.scan(in)) {
            case HeadScanner.Verdict.Incomplete() -> false;
            case HeadScanner.Verdict.Sound() -> true;
            case HeadScanner.Verdict.Flawed(var refused) -> {
                paused = true;
                in.skipBytes(in.readableBytes());
                out.add(refused);
                yield false;
            }
        };
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
            inHead = false;
            paused = true;
        }
        if (message instanceof LastHttpContent || message.decoderResult().isFailure()) {
            inHead = true;
            paused = true;
            scanner = new HeadScanner();
        }
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
