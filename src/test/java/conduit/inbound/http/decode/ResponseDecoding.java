package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Heads.buffer;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import conduit.config.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A decoder of responses in a channel without a socket. What comes is written down as {@link
 * Decoding} does it: {@code "200 OK"}, {@code "A: b"}, {@code "+abc"}, {@code "end"}, {@code
 * "flawed: ..."}.
 */
final class ResponseDecoding implements AutoCloseable {

    final ResponseDecoder decoder = new ResponseDecoder(HttpLimits.DEFAULT);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    ResponseDecoding expect(HttpMethod method) {
        decoder.expect(method);
        return this;
    }

    /** One read from the socket. */
    ResponseDecoding receive(String bytes) {
        channel.writeInbound(buffer(bytes));
        return this;
    }

    /** The peer's end of stream. */
    ResponseDecoding inputEnds() {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        return this;
    }

    ResponseDecoding removeDecoder() {
        channel.pipeline().remove(decoder);
        return this;
    }

    /** What came since the last time. Pieces of content that follow each other are one. */
    List<String> comes() {
        List<String> seen = new ArrayList<>();
        for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
            note(next, seen);
            ReferenceCountUtil.release(next);
        }
        return seen;
    }

    private static void note(Object message, List<String> seen) {
        switch (message) {
            case Flaw flaw -> seen.add("flawed: " + flaw.detail());
            case ByteBuf bytes -> seen.add("bytes " + bytes.toString(ISO_8859_1));
            case HttpResponse head -> {
                seen.add(head.status().toString());
                noteFields(head.headers(), seen);
                noteFailure(head.decoderResult().isFailure(), seen);
            }
            case HttpContent content -> {
                noteContent(content.content().toString(ISO_8859_1), seen);
                noteFailure(content.decoderResult().isFailure(), seen);
                if (content instanceof LastHttpContent last) {
                    noteFields(last.trailingHeaders(), seen);
                    seen.add("end");
                }
            }
            default -> throw new AssertionError(message);
        }
    }

    private static void noteFields(Iterable<Map.Entry<String, String>> fields, List<String> seen) {
        fields.forEach(field -> seen.add(Decoding.asSeen(field)));
    }

    private static void noteContent(String text, List<String> seen) {
        if (!seen.isEmpty() && seen.getLast().startsWith("+")) {
            seen.set(seen.size() - 1, seen.getLast() + text);
        } else if (!text.isEmpty()) {
            seen.add("+" + text);
        }
    }

    private static void noteFailure(boolean failure, List<String> seen) {
        if (failure) {
            seen.add("failed");
        }
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
