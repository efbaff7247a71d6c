package conduit.address;

import java.util.OptionalInt;

/**
 * The text of a host with an optional port, taken apart but not yet judged: {@code example.com:80},
 * {@code 192.0.2.1}, {@code [2001:db8::1]:443}. The one place that splits a host from a port; an
 * IPv6 address must stand in brackets (RFC 3986, section 3.2.2), which {@code host} then lacks.
 *
 * @param bracketed whether the host stood in brackets and so must be an IPv6 address
 * @param port 0 to 65535, or empty when the text names none ({@code host} or {@code host:})
 */
public record HostPort(String host, boolean bracketed, OptionalInt port) {

    private static final int HIGHEST_PORT = 65_535;

    /** Takes a text apart. Accepts any host without a colon or a closing bracket. */
    public static Parsed<HostPort> parse(String text) {
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            if (close < 0) {
                return Parsed.invalid("the closing bracket is missing");
            }
            String rest = text.substring(close + 1);
            if (!rest.isEmpty() && rest.charAt(0) != ':') {
                return Parsed.invalid("only a port may follow the closing bracket");
            }
            return withPort(text.substring(1, close), true, rest);
        }
        int colon = text.indexOf(':');
        if (colon != text.lastIndexOf(':')) {
            return Parsed.invalid("an IPv6 address needs brackets");
        }
        return colon < 0
                ? withPort(text, false, "")
                : withPort(text.substring(0, colon), false, text.substring(colon));
    }

    private static Parsed<HostPort> withPort(String host, boolean bracketed, String colonPort) {
        if (host.isEmpty()) {
            return Parsed.invalid("the host is missing");
        }
        if (colonPort.length() < 2) {
            return Parsed.valid(new HostPort(host, bracketed, OptionalInt.empty()));
        }
        int port = 0;
        for (int i = 1; i < colonPort.length(); i++) {
            char digit = colonPort.charAt(i);
            if (digit < '0' || digit > '9') {
                return Parsed.invalid("the port is not a number");
            }
            port = port * 10 + (digit - '0');
            if (port > HIGHEST_PORT) {
                return Parsed.invalid("the port is over 65535");
            }
        }
        return Parsed.valid(new HostPort(host, bracketed, OptionalInt.of(port)));
    }
}
