package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Verdict.INCOMPLETE;
import static conduit.inbound.http.decode.Verdict.SOUND;
import static conduit.inbound.http.decode.Verdict.malformed;

import conduit.config.HttpLimits;

/**
 * Judges a section of field lines and the empty line that ends it, byte by byte (RFC 9112, section
 * 5): that of a head, or the trailers behind a chunked body.
 */
final class FieldScanner {

    private enum State {
        LINE_START,
        NAME,
        VALUE,
        VALUE_LF,
        LAST_LF
    }

    private final int longest;
    private final int mostFields;
    private final Framing framing = new Framing();
    private State state = State.LINE_START;
    private int seen;
    private int fields;

    FieldScanner(HttpLimits limits) {
        longest = limits.headerSize();
        mostFields = limits.headerFields();
    }

    /** What the section says about a body. */
    Framing framing() {
        return framing;
    }

    /**
     * Goes over the bytes that need no more than to be of their part's kind, which most are: those
     * of fields that say nothing about a body.
     *
     * @return where the first byte is, or {@code to}, that has to be judged by {@link #next}
     */
    int skim(byte[] bytes, int from, int to) {
        if (framing.wantsField()) {
            return from;
        }
        int limit = Math.min(to, from + longest - seen);
        int at = from;
        switch (state) {
            case NAME -> {
                while (at < limit && Grammar.isToken(bytes[at])) {
                    at++;
                }
            }
            case VALUE -> {
                while (at < limit && Grammar.isText(bytes[at])) {
                    at++;
                }
            }
            case LINE_START, VALUE_LF, LAST_LF -> {}
        }
        seen += at - from;
        return at;
    }

    /** Judges the next byte. */
    Verdict next(byte b) {
        Verdict verdict =
                switch (state) {
                    case LINE_START -> lineStart(b);
                    case NAME -> name(b);
                    case VALUE -> value(b);
                    case VALUE_LF -> b == '\n' ? enter(State.LINE_START) : loneReturn();
                    case LAST_LF -> b == '\n' ? SOUND : loneReturn();
                };
        seen++;
        boolean counts = verdict instanceof Verdict.Incomplete && state != State.LAST_LF;
        return counts && seen > longest ? tooLarge("a header block over " + longest) : verdict;
    }

    private Verdict lineStart(byte b) {
        if (b == '\r') {
            return enter(State.LAST_LF);
        }
        if (Grammar.isWhiteSpace(b)) {
            return malformed("a header line begins with white space");
        }
        if (!Grammar.isToken(b)) {
            return malformed("a header line does not begin with a field name");
        }
        if (++fields > mostFields) {
            return tooLarge("more than " + mostFields + " header fields");
        }
        framing.nameBegins(b);
        return enter(State.NAME);
    }

    private Verdict name(byte b) {
        if (Grammar.isToken(b)) {
            framing.nameGoesOn(b);
            return INCOMPLETE;
        }
        if (b != ':') {
            return malformed("a field name holds a byte that it must not");
        }
        framing.nameEnds();
        return enter(State.VALUE);
    }

    private Verdict value(byte b) {
        if (b == '\r') {
            framing.valueEnds();
            return enter(State.VALUE_LF);
        }
        if (!Grammar.isText(b)) {
            return malformed("a field value holds a control character");
        }
        framing.valueGoesOn(b);
        return INCOMPLETE;
    }

    private Verdict enter(State next) {
        state = next;
        return INCOMPLETE;
    }

    private static Verdict tooLarge(String detail) {
        return Verdict.flawed(Flaw.Kind.FIELDS_TOO_LARGE, detail);
    }

    private static Verdict loneReturn() {
        return malformed("CR without LF");
    }
}
