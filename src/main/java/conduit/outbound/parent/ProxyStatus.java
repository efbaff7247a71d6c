package conduit.outbound.parent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a Proxy-Status field we act on (RFC 9209): an error type, and the answer code of the name
 * servers where that is its parameter. Both as they stand there, a string within its quotes. Pure.
 *
 * @param error section 2.1.1
 * @param rcode section 2.3.2
 */
record ProxyStatus(String error, Optional<String> rcode) {

    private static final String NO_SUCH_NAME = "\"NXDOMAIN\"";

    /** The last proxy's error in a field's value; what stands within strings is text. */
    static Optional<ProxyStatus> lastError(String value) {
        return parts(value, ',').stream()
                .flatMap(proxy -> errorOf(proxy).stream())
                .reduce((_, later) -> later);
    }

    /** Of one proxy: its name, and parameters (RFC 9651, section 3.1.2). */
    private static Optional<ProxyStatus> errorOf(String proxy) {
        List<String> parameters = parts(proxy, ';');
        return parameter(parameters, "error=")
                .map(error -> new ProxyStatus(error, parameter(parameters, "rcode=")));
    }

    private static Optional<String> parameter(List<String> parameters, String key) {
        return parameters.stream()
                .skip(1)
                .map(String::strip)
                .filter(parameter -> parameter.startsWith(key))
                .map(parameter -> parameter.substring(key.length()))
                .reduce((_, later) -> later);
    }

    private static List<String> parts(String value, char separator) {
        List<String> parts = new ArrayList<>();
        boolean inString = false;
        int start = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && inString) {
                i++;
            } else if (c == '"') {
                inString = !inString;
            } else if (c == separator && !inString) {
                parts.add(value.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(value.substring(start));
        return parts;
    }

    /** Whether the name servers say that there is no such name. */
    boolean tellsOfNoSuchName() {
        return rcode.filter(NO_SUCH_NAME::equals).isPresent();
    }
}
