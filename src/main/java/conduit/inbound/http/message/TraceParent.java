package conduit.inbound.http.message;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;

/**
 * Which trace a request is a part of: the traceparent field of W3C Trace Context, level 1, section
 * 3.2. It is for the destination, and only read here. Pure.
 */
final class TraceParent {

    private static final AsciiString NAME = AsciiString.cached("traceparent");

    /** version, trace-id, parent-id and trace-flags, with a hyphen between each two. */
    private static final int LENGTH = 55;

    private static final int TRACE = 3;
    private static final int PARENT = 36;
    private static final int FLAGS = 53;

    private TraceParent() {}

    /** The trace-id, if there is one field and it is valid. */
    static Optional<String> trace(HttpHeaders headers) {
        List<String> values = headers.getAll(NAME);
        return values.size() == 1 && isValid(values.getFirst())
                ? Optional.of(values.getFirst().substring(TRACE, PARENT - 1))
                : Optional.empty();
    }

    /** Later versions may say more behind a further hyphen (section 4.3); ff is none. */
    private static boolean isValid(String value) {
        if (value.length() < LENGTH
                || !isHex(value, 0, TRACE - 1)
                || !isHex(value, TRACE, PARENT - 1)
                || !isHex(value, PARENT, FLAGS - 1)
                || !isHex(value, FLAGS, LENGTH)
                || value.charAt(TRACE - 1) != '-'
                || value.charAt(PARENT - 1) != '-'
                || value.charAt(FLAGS - 1) != '-'
                || isZero(value, TRACE, PARENT - 1)
                || isZero(value, PARENT, FLAGS - 1)) {
            return false;
        }
        return value.startsWith("00")
                ? value.length() == LENGTH
                : !value.startsWith("ff")
                        && (value.length() == LENGTH || value.charAt(LENGTH) == '-');
    }

    /** Capital letters are not allowed (section 3.2.2). */
    private static boolean isHex(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = value.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(String value, int from, int to) {
        for (int i = from; i < to; i++) {
            if (value.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
