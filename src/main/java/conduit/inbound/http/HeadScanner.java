package conduit.inbound.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import conduit.inbound.FirstByte;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/**
 * Judges the head of a request byte by byte before anything decodes it (RFC 9112, sections 2 to 5),
 * and strictly: what two parsers might read differently is refused here, and a client that speaks
 * something else is told at its first wrong byte. Pure and incremental: it remembers how far it has
 * looked, so that a head in many pieces costs no more than one in one piece.
 */
final class HeadScanner {

    /** What the bytes so far are. */
    sealed interface Verdict {
        /** Sound so far, and not complete. */
        record Incomplete() implements Verdict {}

        /** A complete and sound head. */
        record Sound() implements Verdict {}

        /** Not to be read any further. */
        record Flawed(Refused refused) implements Verdict {}
    }

    static final int LONGEST_REQUEST_LINE = 16 * 1024;
    static final int LONGEST_HEADER = 64 * 1024;
    static final int MOST_FIELDS = 200;

    private static final Verdict INCOMPLETE = new Verdict.Incomplete();
    private static final Verdict SOUND = new Verdict.Sound();
    private static final AsciiString HOST = AsciiString.cached("host");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");
    private static final String VERSION = "HTTP/d.d";

    private enum State {
        METHOD,
        TARGET,
        VERSION,
        REQUEST_LINE_LF,
        LINE_START,
        NAME,
        VALUE,
        VALUE_LF,
        LAST_LF
    }

    private State state = State.METHOD;
    private int position;
    private int partStart;
    private int headerStart;
    private boolean connect;
    private byte major;
    private byte minor;
    private int fields;
    private int hosts;
    private int lengths;
    private int codings;

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
        while (position < in.readableBytes()) {
            Verdict verdict = next(in.getByte(start + position), in, start);
            position++;
            if (!(verdict instanceof Verdict.Incomplete)) {
                return verdict;
            }
        }
        return INCOMPLETE;
    }

    private Verdict next(byte b, ByteBuf in, int start) {
        return switch (state) {
            case METHOD -> method(b, in, start);
            case TARGET -> target(b);
            case VERSION -> version(b);
            case REQUEST_LINE_LF -> requestLineEnd(b);
            case LINE_START -> lineStart(b);
            case NAME -> name(b, in, start);
            case VALUE -> value(b);
            case VALUE_LF -> valueEnd(b);
            case LAST_LF -> b == '\n' ? complete() : malformed("CR without LF");
        };
    }

    private Verdict method(byte b, ByteBuf in, int start) {
        if (isTokenByte(b)) {
            return position < LONGEST_REQUEST_LINE ? INCOMPLETE : lineTooLong();
        }
        if (position == 0) {
            return malformed("not HTTP: " + FirstByte.looksLike(b));
        }
        if (b != ' ') {
            return malformed("the request line does not begin with a method and a space");
        }
        connect = in.toString(start, position, US_ASCII).equals("CONNECT");
        return enter(State.TARGET);
    }

    private Verdict target(byte b) {
        if (b == ' ') {
            return position > partStart
                    ? enter(State.VERSION)
                    : malformed("more than one space in the request line");
        }
        if (b < '!' || b > '~' || b == '#') {
            return malformed("the request target holds a byte that it must not");
        }
        return position < LONGEST_REQUEST_LINE ? INCOMPLETE : lineTooLong();
    }

    private Verdict version(byte b) {
        int index = position - partStart;
        if (index == VERSION.length()) {
            return b == '\r' ? checkVersion() : malformed("the request line does not end in CRLF");
        }
        boolean digit = b >= '0' && b <= '9';
        char expected = VERSION.charAt(index);
        if (expected == 'd' ? !digit : b != expected) {
            return malformed("the request line does not end in an HTTP version");
        }
        if (index == VERSION.indexOf('d')) {
            major = b;
        } else if (index == VERSION.lastIndexOf('d')) {
            minor = b;
        }
        return INCOMPLETE;
    }

    private Verdict checkVersion() {
        if (major != '1' || minor > '1') {
            return flawed(
                    Refusal.UNSUPPORTED_VERSION, "only HTTP/1.0 and HTTP/1.1 are spoken here");
        }
        return enter(State.REQUEST_LINE_LF);
    }

    private Verdict requestLineEnd(byte b) {
        headerStart = position + 1;
        return b == '\n' ? enter(State.LINE_START) : malformed("CR without LF");
    }

    private Verdict lineStart(byte b) {
        if (b == '\r') {
            return enter(State.LAST_LF);
        }
        if (b == ' ' || b == '\t') {
            return malformed("a header line begins with white space");
        }
        if (!isTokenByte(b)) {
            return malformed("a header line does not begin with a field name");
        }
        if (++fields > MOST_FIELDS) {
            return flawed(Refusal.HEADER_TOO_LARGE, "more than " + MOST_FIELDS + " header fields");
        }
        state = State.NAME;
        partStart = position;
        return INCOMPLETE;
    }

    private Verdict name(byte b, ByteBuf in, int start) {
        if (isTokenByte(b)) {
            return withinHeader();
        }
        if (b != ':') {
            return malformed("a field name holds a byte that it must not");
        }
        int length = position - partStart;
        hosts += matches(HOST, in, start + partStart, length) ? 1 : 0;
        lengths += matches(CONTENT_LENGTH, in, start + partStart, length) ? 1 : 0;
        codings += matches(TRANSFER_ENCODING, in, start + partStart, length) ? 1 : 0;
        return enter(State.VALUE);
    }

    private Verdict value(byte b) {
        if (b == '\r') {
            return enter(State.VALUE_LF);
        }
        // Bytes over 127 are negative here, and allowed (obs-text, RFC 9110, section 5.5).
        boolean control = (b >= 0 && b < ' ' && b != '\t') || b == 0x7f;
        return control ? malformed("a field value holds a control character") : withinHeader();
    }

    private Verdict valueEnd(byte b) {
        return b == '\n' ? enter(State.LINE_START) : malformed("CR without LF");
    }

    /** The checks that need the whole head. */
    private Verdict complete() {
        if (hosts > 1) {
            return malformed("more than one Host");
        }
        // CONNECT names its host in the target, and old clients send nothing else.
        if (hosts == 0 && minor == '1' && !connect) {
            return malformed("Host is missing");
        }
        if (lengths > 1) {
            return malformed("more than one Content-Length");
        }
        if (lengths > 0 && codings > 0) {
            return malformed("both Content-Length and Transfer-Encoding");
        }
        if (codings > 1) {
            return malformed("more than one Transfer-Encoding");
        }
        if (codings > 0 && minor == '0') {
            return malformed("Transfer-Encoding in HTTP/1.0");
        }
        if (connect && lengths + codings > 0) {
            return malformed("CONNECT with a body");
        }
        return SOUND;
    }

    private Verdict enter(State next) {
        state = next;
        partStart = position + 1;
        return INCOMPLETE;
    }

    private Verdict withinHeader() {
        return position - headerStart < LONGEST_HEADER
                ? INCOMPLETE
                : flawed(Refusal.HEADER_TOO_LARGE, "a header block over " + LONGEST_HEADER);
    }

    private static Verdict lineTooLong() {
        return flawed(Refusal.REQUEST_LINE_TOO_LONG, "a request line over " + LONGEST_REQUEST_LINE);
    }

    private static Verdict malformed(String detail) {
        return flawed(Refusal.MALFORMED_REQUEST, detail);
    }

    private static Verdict flawed(Refusal refusal, String detail) {
        return new Verdict.Flawed(Refused.of(refusal, detail));
    }

    private static boolean matches(AsciiString lowerCase, ByteBuf in, int from, int length) {
        if (length != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (AsciiString.toLowerCase((char) in.getByte(from + i)) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** tchar of RFC 9110, section 5.6.2. */
    private static boolean isTokenByte(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(b) >= 0;
    }
}
