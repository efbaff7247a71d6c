package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Heads.buffer;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A decoder in a channel without a socket, and behind it a client's reader who writes down what
 * comes: {@code "POST /a HTTP/1.1"}, {@code "A: b"} for a field or a trailer, {@code "+abc"} for
 * content, {@code "end"}, {@code "failed"}, {@code "input ended"}, {@code "bytes abc"}. Its buffers
 * are its own, so that one that is never released shows.
 */
final class Decoding extends ChannelInboundHandlerAdapter implements AutoCloseable {

    /** What the reader does at once, from within its own channelRead. */
    enum Reader {
        WAITS,
        RESUMES_AFTER_HEADS,
        RESUMES,
        REMOVES_THE_DECODER_AFTER_ENDS
    }

    final RequestDecoder decoder = new RequestDecoder(HttpLimits.DEFAULT);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> seen = new ArrayList<>();
    private boolean afterHead;
    private final Reader reader;

    Decoding(Reader reader) {
        this.reader = reader;
        channel.config().setOption(ChannelOption.ALLOCATOR, allocator);
        channel.pipeline().addLast(decoder, this);
    }

    /** One read from the socket. */
    Decoding receive(String bytes) {
        channel.writeInbound(allocator.buffer().writeBytes(buffer(bytes)));
        return this;
    }

    /** The peer's end of stream. */
    Decoding inputEnds() {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        return this;
    }

    /** Goes on after whatever was decoded last. */
    Decoding resume() {
        if (afterHead) {
            decoder.resumeBody();
        } else {
            decoder.nextRequest();
        }
        return this;
    }

    Decoding removeDecoder() {
        channel.pipeline().remove(decoder);
        return this;
    }

    /** What came since the last time. Pieces of content that follow each other are one. */
    List<String> comes() {
        List<String> came = List.copyOf(seen);
        seen.clear();
        return came;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case Flaw flaw -> seen.add("flawed: " + flaw.detail());
            case ByteBuf bytes -> seen.add("bytes " + bytes.toString(ISO_8859_1));
            default -> decoded(ctx, message);
        }
        ReferenceCountUtil.release(message);
    }

    private void decoded(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpRequest head) {
            afterHead = true;
            seen.add(head.method() + " " + head.uri() + " " + head.protocolVersion());
            addFields(head.headers());
            failed(head.decoderResult().isFailure());
            resumeIf(reader == Reader.RESUMES || reader == Reader.RESUMES_AFTER_HEADS);
        }
        if (message instanceof HttpContent piece) {
            addContent(piece.content().toString(ISO_8859_1));
            failed(piece.decoderResult().isFailure());
        }
        if (message instanceof LastHttpContent last) {
            addFields(last.trailingHeaders());
            afterHead = false;
            seen.add("end");
            resumeIf(reader == Reader.RESUMES);
            if (reader == Reader.REMOVES_THE_DECODER_AFTER_ENDS) {
                ctx.pipeline().remove(decoder);
            }
        }
    }

    private void addFields(Iterable<Map.Entry<String, String>> fields) {
        fields.forEach(field -> seen.add(asSeen(field)));
    }

    /** Not with the mark of a body in front, with which a field's name may begin. */
    static String asSeen(Map.Entry<String, String> field) {
        String line = field.getKey() + ": " + field.getValue();
        return line.startsWith("+") ? "field " + line : line;
    }

    private void addContent(String text) {
        if (text.isEmpty()) {
            return;
        }
        if (!seen.isEmpty() && seen.getLast().startsWith("+")) {
            seen.set(seen.size() - 1, seen.getLast() + text);
        } else {
            seen.add("+" + text);
        }
    }

    private void failed(boolean failure) {
        if (failure) {
            seen.add("failed");
        }
    }

    private void resumeIf(boolean wanted) {
        if (wanted) {
            resume();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            seen.add("input ended");
        }
    }

    /** Nothing is left behind when the connection goes. */
    @Override
    public void close() {
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        channel.checkException();
    }
}
