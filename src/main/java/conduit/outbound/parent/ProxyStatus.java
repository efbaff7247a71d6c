package conduit.outbound.parent;

import java.util.Optional;

/** Reads the one thing of a Proxy-Status field that we act on (RFC 9209, section 2.1.1). Pure. */
final class ProxyStatus {

    private static final String ERROR = "error=";

    private ProxyStatus() {}

    /** The last error type in a field's value; what stands within strings is text. */
    static Optional<String> error(String value) {
        Optional<String> last = Optional.empty();
        boolean inString = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && inString) {
                i++;
            } else if (c == '"') {
                inString = !inString;
            } else if (c == ';' && !inString) {
                Optional<String> before = last;
                last = errorAt(value, i + 1).or(() -> before);
            }
        }
        return last;
    }

    /** The error type when this parameter is one (RFC 9651, section 3.1.2). */
    private static Optional<String> errorAt(String value, int from) {
        int start = from;
        while (start < value.length() && value.charAt(start) == ' ') {
            start++;
        }
        if (!value.startsWith(ERROR, start)) {
            return Optional.empty();
        }
        start += ERROR.length();
        int end = start;
        while (end < value.length() && isLowerCaseOrUnderscore(value.charAt(end))) {
            end++;
        }
        return Optional.of(value.substring(start, end));
    }

    /** All that the registered types are made of. */
    private static boolean isLowerCaseOrUnderscore(char c) {
        return (c >= 'a' && c <= 'z') || c == '_';
    }
}
