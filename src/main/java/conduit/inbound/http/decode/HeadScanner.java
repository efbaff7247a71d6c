package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Verdict.INCOMPLETE;

import conduit.config.HttpLimits;
import io.netty.buffer.ByteBuf;

/**
 * Judges the head of a message byte by byte before anything decodes it (RFC 9112, sections 2 to 6),
 * and strictly: what two parsers might read differently is refused here, and a peer that speaks
 * something else is found out at its first wrong byte. Pure and incremental: it remembers how far
 * it has looked, so that a head in many pieces costs no more than one in one piece.
 */
final class HeadScanner {

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
        int start = in.readerIndex();
        int readable = in.readableBytes();
        while (position < readable) {
            int skimmed = inLine ? 0 : fields.skim(in, start + position, start + readable);
            position += skimmed;
            if (position == readable) {
                break;
            }
            Verdict verdict = next(in.getByte(start + position));
            position++;
            if (!(verdict instanceof Verdict.Incomplete)) {
                return verdict;
            }
        }
        return INCOMPLETE;
    }

    private Verdict next(byte b) {
        Verdict verdict = inLine ? line.next(b, position) : fields.next(b);
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
