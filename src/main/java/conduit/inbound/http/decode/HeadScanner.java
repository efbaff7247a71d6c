package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Verdict.INCOMPLETE;

import conduit.config.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Judges the head of a message byte by byte before anything decodes it (RFC 9112, sections 2 to 6),
 * and strictly: what two parsers might read differently is refused here, and a peer that speaks
 * something else is found out at its first wrong byte. Pure and incremental: it remembers how far
 * it has looked, so that a head in many pieces costs no more than one in one piece.
 */
final class HeadScanner {

    /** Most heads are shorter. */
    private static final int WINDOW = 2 * 1024;

    /** Where bytes are judged: one of a buffer costs several times as much to look at. */
    private static final FastThreadLocal<byte[]> WINDOWS =
            new FastThreadLocal<>() {
                @Override
                protected byte[] initialValue() {
                    return new byte[WINDOW];
                }
            };

    private final StartLine line;
    private final FieldScanner fields;
    private boolean inLine = true;
    private int position;

    HeadScanner(StartLine line, HttpLimits limits) {
        this.line = line;
        this.fields = new FieldScanner(limits);
    }

    /** Whether any byte of a head has been seen. */
    boolean begun() {
        return position > 0;
    }

    /**
     * Goes on from where the last call stopped. The head begins at the reader index, which is not
     * moved; it must be at the same byte of the stream in every call.
     */
    Verdict scan(ByteBuf in) {
        byte[] window = WINDOWS.get();
        int readable = in.readableBytes();
        Verdict verdict = INCOMPLETE;
        while (position < readable && verdict instanceof Verdict.Incomplete) {
            int length = Math.min(readable - position, WINDOW);
            copy(in, position, window, length);
            verdict = scan(window, length);
        }
        return verdict;
    }

    /** By reading, for which direct buffers allocate nothing as they do for a look. */
    private static void copy(ByteBuf in, int position, byte[] into, int length) {
        int start = in.readerIndex();
        in.readerIndex(start + position).readBytes(into, 0, length).readerIndex(start);
    }

    private Verdict scan(byte[] bytes, int length) {
        int begin = position;
        int at = 0;
        Verdict verdict = INCOMPLETE;
        while (at < length && verdict instanceof Verdict.Incomplete) {
            int next =
                    inLine
                            ? line.skim(bytes, at, length, begin + at)
                            : fields.skim(bytes, at, length);
            verdict = next < length ? next(bytes[next], begin + next) : INCOMPLETE;
            at = next + 1;
        }
        position = begin + Math.min(at, length);
        return verdict;
    }

    private Verdict next(byte b, int at) {
        Verdict verdict = inLine ? line.next(b, at) : fields.next(b);
        if (!(verdict instanceof Verdict.Sound)) {
            return verdict;
        }
        if (inLine) {
            inLine = false;
            return INCOMPLETE;
        }
        return line.judge(fields.framing());
    }

    /** How the body behind a sound head ends. */
    BodyEnd bodyEnd() {
        return line.bodyEnd(fields.framing());
    }
}
