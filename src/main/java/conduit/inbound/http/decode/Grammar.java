package conduit.inbound.http.decode;

/** The classes of bytes that RFC 9110 builds messages of. */
final class Grammar {

    private static final String MARKS = "!#$%&'*+-.^_`|~";
    private static final String OF_AUTHORITY = "-._~%!$&'()*+,;=:[]";
    private static final boolean[] TOKEN = new boolean[128];
    private static final boolean[] AUTHORITY = new boolean[128];

    static {
        for (char c = 0; c < TOKEN.length; c++) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean alphanumeric = letter || isDigit((byte) c);
            TOKEN[c] = alphanumeric || MARKS.indexOf(c) >= 0;
            AUTHORITY[c] = alphanumeric || OF_AUTHORITY.indexOf(c) >= 0;
        }
    }

    private Grammar() {}

    /** tchar (section 5.6.2). */
    static boolean isToken(byte b) {
        return b >= 0 && TOKEN[b];
    }

    /**
     * What a field value, a reason phrase or a quoted string may hold (section 5.5): all but
     * control characters, of which HTAB is allowed. Bytes over 127, obs-text, are negative here.
     */
    static boolean isText(byte b) {
        return b < 0 || (b >= ' ' && b != 0x7f) || b == '\t';
    }

    /** What we let stand in a request target: visible, and not what begins a fragment. */
    static boolean isInTarget(byte b) {
        return b >= '!' && b <= '~' && b != '#';
    }

    /** The bytes of host and port (RFC 3986, section 3.2): no user, no path, no white space. */
    static boolean isInAuthority(byte b) {
        return b >= 0 && AUTHORITY[b];
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /** The bytes of OWS (section 5.6.3). */
    static boolean isWhiteSpace(byte b) {
        return b == ' ' || b == '\t';
    }

    /** The value of a hexadecimal digit, or a negative number. */
    static int hexadecimal(byte b) {
        return b < 0 ? -1 : Character.digit(b, 16);
    }
}
