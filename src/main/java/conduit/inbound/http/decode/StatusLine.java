package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Verdict.INCOMPLETE;
import static conduit.inbound.http.decode.Verdict.SOUND;
import static conduit.inbound.http.decode.Verdict.malformed;

import conduit.inbound.FirstByte;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;

/**
 * The first line of a response (RFC 9112, section 4), to a request of the method given. The space
 * behind the status may be missing where there is no reason phrase: servers exist that leave it
 * out, and nobody reads the line in another way.
 */
final class StatusLine implements StartLine {

    /** With a reason phrase that nobody reads. */
    static final int LONGEST = 16 * 1024;

    private static final String BEGINNING = "HTTP/d.d ddd";
    private static final int MAJOR = BEGINNING.indexOf('d');
    private static final int MINOR = MAJOR + 2;
    private static final int BEFORE_STATUS = MINOR + 1;

    private enum State {
        BEGINNING,
        REASON,
        LF
    }

    private final HttpMethod method;
    private State state = State.BEGINNING;
    private byte major;
    private byte minor;
    private int status;

    StatusLine(HttpMethod method) {
        this.method = method;
    }

    /** A reason phrase is short. */
    @Override
    public int skim(byte[] bytes, int from, int to, int position) {
        return from;
    }

    @Override
    public Verdict next(byte b, int position) {
        return switch (state) {
            case BEGINNING -> beginning(b, position);
            case REASON -> reason(b, position);
            case LF -> b == '\n' ? SOUND : malformed("CR without LF");
        };
    }

    private Verdict beginning(byte b, int position) {
        if (position == BEGINNING.length()) {
            return behindStatus(b);
        }
        char expected = BEGINNING.charAt(position);
        if (expected == 'd' ? !Grammar.isDigit(b) : b != expected) {
            return position == 0
                    ? malformed("not HTTP: " + FirstByte.looksLike(b))
                    : malformed("it does not begin with an HTTP version and a status");
        }
        if (position == MAJOR) {
            major = b;
        } else if (position == MINOR) {
            minor = b;
        } else if (position == BEFORE_STATUS) {
            return checkVersion();
        } else if (position > BEFORE_STATUS) {
            status = status * 10 + (b - '0');
            return status == 0 ? malformed("a status under 100") : INCOMPLETE;
        }
        return INCOMPLETE;
    }

    private Verdict checkVersion() {
        return major == '1' && minor <= '1'
                ? INCOMPLETE
                : Verdict.flawed(
                        Flaw.Kind.UNKNOWN_VERSION, "a version other than HTTP/1.0 and HTTP/1.1");
    }

    private Verdict behindStatus(byte b) {
        return switch (b) {
            case ' ' -> enter(State.REASON);
            case '\r' -> enter(State.LF);
            default -> malformed("the status is not followed by a space");
        };
    }

    private Verdict reason(byte b, int position) {
        if (b == '\r') {
            return enter(State.LF);
        }
        if (!Grammar.isText(b)) {
            return malformed("the reason phrase holds a control character");
        }
        return position < LONGEST
                ? INCOMPLETE
                : Verdict.flawed(Flaw.Kind.START_LINE_TOO_LONG, "a status line over " + LONGEST);
    }

    private Verdict enter(State next) {
        state = next;
        return INCOMPLETE;
    }

    /**
     * A 1xx and a 204 must have neither field (RFC 9112, section 6.1, and RFC 9110, section 8.6).
     * They end with their head all the same (RFC 9112, section 6.3), so a length of nothing, which
     * servers do send, contradicts nobody; whoever believes another waits for what never comes.
     */
    @Override
    public Verdict judge(Framing framing) {
        if (neverFramed() && framing.announcesContent()) {
            return malformed("a body announced with status " + status + ", which has none");
        }
        return framing.judge(minor == '0' ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1);
    }

    private boolean neverFramed() {
        return status < 200 || status == 204;
    }

    @Override
    public BodyEnd bodyEnd(Framing framing) {
        return neverFramed() || status == 304 || method.equals(HttpMethod.HEAD)
                ? BodyEnd.NO_BODY
                : framing.bodyEndOr(BodyEnd.CONNECTION);
    }
}
