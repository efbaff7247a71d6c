package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Verdict.INCOMPLETE;
import static conduit.inbound.http.decode.Verdict.SOUND;
import static conduit.inbound.http.decode.Verdict.malformed;

import conduit.config.HttpLimits;
import io.netty.buffer.ByteBuf;

/**
 * Judges a chunked body ahead of its decoder (RFC 9112, section 7.1): everything between the data,
 * byte by byte, and the trailers as strictly as a head. Pure and incremental.
 */
final class ChunkScanner {

    private enum State {
        LINE,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS,
        END
    }

    private final FieldScanner trailers;
    private ChunkLine line = new ChunkLine();
    private State state = State.LINE;
    private int ahead;
    private int dataLeft;

    ChunkScanner(HttpLimits limits) {
        trailers = new FieldScanner(limits);
    }

    /**
     * Goes on from where the last call stopped, as far as there are bytes, but not beyond the end
     * of the body. The reader index is not moved.
     */
    Verdict scan(ByteBuf in) {
        int start = in.readerIndex();
        int readable = in.readableBytes();
        while (ahead < readable && state != State.END) {
            if (state == State.DATA) {
                skipData(readable);
                continue;
            }
            Verdict verdict = next(in.getByte(start + ahead));
            ahead++;
            if (verdict instanceof Verdict.Flawed) {
                return verdict;
            }
        }
        return state == State.END ? SOUND : INCOMPLETE;
    }

    /** Behind a flaw: how many bytes from the reader index on are sound, and may be decoded. */
    int soundBytes() {
        return ahead - 1;
    }

    /** So many bytes have been decoded, and lie before the reader index now. */
    void decoded(int bytes) {
        ahead -= bytes;
    }

    private void skipData(int readable) {
        int skipped = Math.min(dataLeft, readable - ahead);
        ahead += skipped;
        dataLeft -= skipped;
        if (dataLeft == 0) {
            state = State.DATA_CR;
        }
    }

    private Verdict next(byte b) {
        return switch (state) {
            case LINE -> line(b);
            case DATA_CR -> b == '\r' ? enter(State.DATA_LF) : unended();
            case DATA_LF -> b == '\n' ? nextChunk() : unended();
            case TRAILERS -> trailer(b);
            case DATA, END -> throw new IllegalStateException(state.name());
        };
    }

    private Verdict line(byte b) {
        Verdict verdict = line.next(b);
        if (verdict instanceof Verdict.Sound) {
            dataLeft = line.size();
            return enter(dataLeft == 0 ? State.TRAILERS : State.DATA);
        }
        return verdict;
    }

    private Verdict nextChunk() {
        line = new ChunkLine();
        return enter(State.LINE);
    }

    private Verdict trailer(byte b) {
        Verdict verdict = trailers.next(b);
        if (verdict instanceof Verdict.Sound) {
            state = State.END;
        }
        return verdict;
    }

    private Verdict enter(State next) {
        state = next;
        return INCOMPLETE;
    }

    private static Verdict unended() {
        return malformed("a chunk does not end where its size says");
    }
}
