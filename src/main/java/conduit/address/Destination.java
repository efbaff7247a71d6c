package conduit.address;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Host and port the client wants: a name or an address, unresolved. Port 1 to 65535. */
public sealed interface Destination {

    /** The port, 1 to 65535. */
    int port();

    /** A host that must be looked up; lower case, at most 253 characters and a trailing dot. */
    record Name(String name, int port) implements Destination {
        /** Refuses what {@link #of(String, int)} would not have made a name of. */
        public Name {
            if (!isName(name) || !isPort(port)) {
                throw new IllegalArgumentException(name + ":" + port);
            }
        }

        @Override
        public String toString() {
            return name + ":" + port;
        }
    }

    /** A host given as its address. */
    record Address(InetAddress address, int port) implements Destination {
        /** Refuses a port out of range. */
        public Address {
            if (!isPort(port)) {
                throw new IllegalArgumentException("port " + port);
            }
        }

        @Override
        public String toString() {
            return IpLiteral.withoutPort(address) + ":" + port;
        }
    }

    /** RFC 1035, section 2.3.4: 255 octets on the wire are 253 characters without the last dot. */
    int LONGEST_NAME = 253;

    /** RFC 1035, section 2.3.4. */
    int LONGEST_LABEL = 63;

    /** A whole number, decimal or hexadecimal. */
    Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");

    /** The one answer to a port out of range. */
    Parsed<Destination> NOT_A_PORT = Parsed.invalid("the port must be 1 to 65535");

    /** Reads {@code host:port} as CONNECT writes it; the port is required. */
    static Parsed<Destination> parse(String text) {
        return parse(text, OptionalInt.empty());
    }

    /** Reads {@code host[:port]} as a URI writes it. */
    static Parsed<Destination> parse(String text, int defaultPort) {
        return parse(text, OptionalInt.of(defaultPort));
    }

    private static Parsed<Destination> parse(String text, OptionalInt defaultPort) {
        return switch (HostPort.parse(text)) {
            case Parsed.Invalid<HostPort>(String why) -> Parsed.invalid(why);
            case Parsed.Valid<HostPort>(HostPort parts) -> {
                OptionalInt port = parts.port().isPresent() ? parts.port() : defaultPort;
                if (port.isEmpty()) {
                    yield Parsed.invalid("the port is missing");
                }
                if (parts.bracketed() && parts.host().indexOf(':') < 0) {
                    yield Parsed.invalid("only an IPv6 address may stand in brackets");
                }
                yield of(parts.host(), port.getAsInt());
            }
        };
    }

    /** A destination from a host (name or address without brackets) and a port. */
    static Parsed<Destination> of(String host, int port) {
        if (!isPort(port)) {
            return NOT_A_PORT;
        }
        Optional<InetAddress> address = IpLiteral.parse(host);
        if (address.isPresent()) {
            return of(address.get(), port);
        }
        return isName(host)
                ? Parsed.valid(new Name(host.toLowerCase(Locale.ROOT), port))
                : Parsed.invalid("the host is neither a name nor an address");
    }

    /** A destination from an address and a port. */
    static Parsed<Destination> of(InetAddress address, int port) {
        return isPort(port) ? Parsed.valid(new Address(address, port)) : NOT_A_PORT;
    }

    private static boolean isPort(int port) {
        return port >= 1 && port <= 65_535;
    }

    /** Letters, digits, hyphens and underscores in labels: what the DNS carries in practice. */
    private static boolean isName(String host) {
        int end = host.endsWith(".") ? host.length() - 1 : host.length();
        if (end < 1 || end > LONGEST_NAME) {
            return false;
        }
        int label = 0;
        for (int i = 0; i < end; i++) {
            char c = host.charAt(i);
            if (c == '.') {
                if (label == 0) {
                    return false;
                }
                label = 0;
                continue;
            }
            boolean allowed =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '_';
            if (!allowed || ++label > LONGEST_LABEL) {
                return false;
            }
        }
        return label > 0 && !isNumber(host.substring(end - label, end));
    }

    private static boolean startsWithDigit(String label) {
        return label.charAt(0) >= '0' && label.charAt(0) <= '9';
    }

    /**
     * Whether a last label makes a host an attempt at an address, as in 010.0.0.1, 1.2.3 or 0x7f.1:
     * systems read these in different ways, so here they are neither address nor name.
     */
    private static boolean isNumber(String label) {
        return startsWithDigit(label) && NUMBER.matcher(label).matches();
    }
}
