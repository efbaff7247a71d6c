package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Verdict.INCOMPLETE;
import static conduit.inbound.http.decode.Verdict.SOUND;
import static conduit.inbound.http.decode.Verdict.malformed;

import conduit.config.HttpLimits;
import conduit.inbound.FirstByte;
import io.netty.handler.codec.http.HttpVersion;

/** The first line of a request (RFC 9112, section 3). */
final class RequestLine implements StartLine {

    private static final String CONNECT = "CONNECT";
    private static final String VERSION = "HTTP/d.d";

    private enum State {
        METHOD,
        TARGET,
        VERSION,
        LF
    }

    private final int longest;
    private State state = State.METHOD;
    private int partStart;
    private boolean connect = true;
    private byte major;
    private byte minor;

    RequestLine(HttpLimits limits) {
        longest = limits.requestLine();
    }

    @Override
    public int skim(byte[] bytes, int from, int to, int position) {
        if (state != State.TARGET) {
            return from;
        }
        int limit = Math.min(to, from + Math.max(0, longest - position));
        int at = from;
        while (at < limit && Grammar.isInTarget(bytes[at])) {
            at++;
        }
        return at;
    }

    @Override
    public Verdict next(byte b, int position) {
        return switch (state) {
            case METHOD -> method(b, position);
            case TARGET -> target(b, position);
            case VERSION -> version(b, position);
            case LF -> b == '\n' ? SOUND : malformed("CR without LF");
        };
    }

    private Verdict method(byte b, int position) {
        if (Grammar.isToken(b)) {
            connect &= position < CONNECT.length() && b == CONNECT.charAt(position);
            return within(position);
        }
        if (position == 0) {
            return malformed("not HTTP: " + FirstByte.looksLike(b));
        }
        if (b != ' ') {
            return malformed("the request line does not begin with a method and a space");
        }
        connect &= position == CONNECT.length();
        return enter(State.TARGET, position);
    }

    private Verdict target(byte b, int position) {
        if (b == ' ') {
            return position > partStart
                    ? enter(State.VERSION, position)
                    : malformed("more than one space in the request line");
        }
        if (!Grammar.isInTarget(b)) {
            return malformed("the request target holds a byte that it must not");
        }
        return within(position);
    }

    private Verdict version(byte b, int position) {
        int index = position - partStart;
        if (index == VERSION.length()) {
            return b == '\r' ? checkVersion() : malformed("the request line does not end in CRLF");
        }
        char expected = VERSION.charAt(index);
        if (expected == 'd' ? !Grammar.isDigit(b) : b != expected) {
            return malformed("the request line does not end in an HTTP version");
        }
        if (index == VERSION.indexOf('d')) {
            major = b;
        } else if (index == VERSION.lastIndexOf('d')) {
            minor = b;
        }
        return within(position);
    }

    private Verdict checkVersion() {
        if (major != '1' || minor > '1') {
            return Verdict.flawed(
                    Flaw.Kind.UNKNOWN_VERSION, "only HTTP/1.0 and HTTP/1.1 are spoken here");
        }
        state = State.LF;
        return INCOMPLETE;
    }

    private Verdict enter(State next, int position) {
        state = next;
        partStart = position + 1;
        return within(position);
    }

    private Verdict within(int position) {
        return position < longest
                ? INCOMPLETE
                : Verdict.flawed(Flaw.Kind.START_LINE_TOO_LONG, "a request line over " + longest);
    }

    @Override
    public Verdict judge(Framing framing) {
        if (framing.hosts() > 1) {
            return malformed("more than one Host");
        }
        // CONNECT names its host in the target, and old clients send nothing else.
        if (framing.hosts() == 0 && minor == '1' && !connect) {
            return malformed("Host is missing");
        }
        if (!framing.hostSound()) {
            return malformed("Host holds a byte that it must not");
        }
        if (connect && framing.any()) {
            return malformed("CONNECT with a body");
        }
        return framing.judge(minor == '0' ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1);
    }

    @Override
    public BodyEnd bodyEnd(Framing framing) {
        return framing.bodyEndOr(BodyEnd.NO_BODY);
    }
}
