package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Verdict.INCOMPLETE;
import static conduit.inbound.http.decode.Verdict.SOUND;
import static conduit.inbound.http.decode.Verdict.malformed;

/**
 * The line before a chunk's data, byte by byte: its size and extensions (RFC 9112, section 7.1).
 * White space outside of quotes, which the RFC wants understood for the sake of old senders, is
 * refused.
 */
final class ChunkLine {

    /** Extensions mean nothing to anybody, so this is plenty. */
    static final int LONGEST = 4 * 1024;

    /** Leading zeros included. */
    static final int MOST_DIGITS = 16;

    private enum State {
        SIZE,
        NAME_START,
        NAME,
        VALUE_START,
        VALUE,
        QUOTED,
        ESCAPED,
        QUOTED_END,
        LF
    }

    private State state = State.SIZE;
    private int seen;
    private long size;

    /** Judges the next byte; the line is sound with its line feed. */
    Verdict next(byte b) {
        if (seen++ >= LONGEST) {
            return malformed("a chunk extension over " + LONGEST);
        }
        return switch (state) {
            case SIZE -> size(b);
            case NAME_START -> Grammar.isToken(b) ? enter(State.NAME) : badExtension();
            case NAME -> b == '=' ? enter(State.VALUE_START) : token(b);
            case VALUE_START -> valueStart(b);
            case VALUE -> token(b);
            case QUOTED -> quoted(b);
            case ESCAPED -> isAsciiText(b) ? enter(State.QUOTED) : badExtension();
            case QUOTED_END -> behindExtension(b);
            case LF -> b == '\n' ? SOUND : malformed("CR without LF");
        };
    }

    /** How many bytes of data follow the complete line; none behind the last chunk's. */
    int size() {
        return (int) size;
    }

    private Verdict size(byte b) {
        int digit = Grammar.hexadecimal(b);
        if (digit < 0) {
            return behindSize(b);
        }
        if (seen > MOST_DIGITS) {
            return malformed("a chunk size of more than " + MOST_DIGITS + " digits");
        }
        size = size * 16 + digit;
        // What the decoder behind us counts with.
        return size <= Integer.MAX_VALUE
                ? INCOMPLETE
                : malformed("a chunk of more than " + Integer.MAX_VALUE + " bytes");
    }

    private Verdict behindSize(byte b) {
        if (seen == 1) {
            return malformed("a chunk does not begin with its size");
        }
        return switch (b) {
            case ';' -> enter(State.NAME_START);
            case '\r' -> enter(State.LF);
            default -> malformed("a chunk size holds a byte that it must not");
        };
    }

    private Verdict valueStart(byte b) {
        if (b == '"') {
            return enter(State.QUOTED);
        }
        return Grammar.isToken(b) ? enter(State.VALUE) : badExtension();
    }

    private Verdict token(byte b) {
        return Grammar.isToken(b) ? INCOMPLETE : behindExtension(b);
    }

    private Verdict quoted(byte b) {
        return switch (b) {
            case '"' -> enter(State.QUOTED_END);
            case '\\' -> enter(State.ESCAPED);
            default -> isAsciiText(b) ? INCOMPLETE : badExtension();
        };
    }

    /** Not the upper half, of which the decoder behind us takes 0xDC for a backslash. */
    private static boolean isAsciiText(byte b) {
        return b >= 0 && Grammar.isText(b);
    }

    private Verdict behindExtension(byte b) {
        return switch (b) {
            case ';' -> enter(State.NAME_START);
            case '\r' -> enter(State.LF);
            default -> badExtension();
        };
    }

    private Verdict enter(State next) {
        state = next;
        return INCOMPLETE;
    }

    private static Verdict badExtension() {
        return malformed("a chunk extension holds a byte that it must not");
    }
}
