package conduit.inbound.http.decode;

import conduit.config.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpDecoderConfig;
import org.jspecify.annotations.Nullable;

/**
 * Judges the bytes of one message before its decoder sees them: the head as a whole, then chunks as
 * far as they have come. A body of known length, or one that ends with its connection, is only
 * bytes.
 */
final class Judge {

    private final HttpLimits limits;
    private final HeadScanner head;
    private @Nullable ChunkScanner chunks;
    private boolean inHead = true;

    Judge(StartLine line, HttpLimits limits) {
        this.limits = limits;
        head = new HeadScanner(line, limits);
    }

    /** The scanners' limits are the ones that count; those of a decoder must not be lower. */
    static HttpDecoderConfig decoding(HttpLimits limits) {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(Math.max(limits.requestLine(), StatusLine.LONGEST) * 2)
                .setMaxHeaderSize(limits.headerSize() * 2)
                .setMaxChunkSize(64 * 1024);
    }

    /** Whether the head has not been decoded yet. */
    boolean inHead() {
        return inHead;
    }

    /** Whether any byte has been seen. */
    boolean begun() {
        return head.begun();
    }

    /** Sound when what is there may be decoded. The reader index is not moved. */
    Verdict judge(ByteBuf in) {
        if (inHead) {
            return head.scan(in);
        }
        if (chunks == null) {
            return Verdict.SOUND;
        }
        return switch (chunks.scan(in)) {
            case Verdict.Flawed flawed -> flawed;
            case Verdict.Incomplete _, Verdict.Sound _ -> Verdict.SOUND;
        };
    }

    /** Takes what it can of a buffer, as {@code ByteToMessageDecoder.decode} does. */
    interface Decoder {
        void decode(ByteBuf in) throws Exception;
    }

    /** Behind a flaw: has the chunks before it decoded, none of which is the last. */
    void decodeSound(ByteBuf in, Decoder decoder) throws Exception {
        ByteBuf sound = in.readSlice(chunks == null ? 0 : chunks.soundBytes());
        int before;
        do {
            before = sound.readableBytes();
            decoder.decode(sound);
        } while (sound.readableBytes() < before);
    }

    /** The decoder has taken so many bytes. */
    void decoded(int bytes) {
        if (chunks != null) {
            chunks.decoded(bytes);
        }
    }

    /** The decoder has taken the head, and is at the body now. */
    void headDecoded() {
        inHead = false;
        chunks = bodyEnd() == BodyEnd.CHUNKS ? new ChunkScanner(limits) : null;
    }

    /** How the body behind a sound head ends. */
    BodyEnd bodyEnd() {
        return head.bodyEnd();
    }
}
