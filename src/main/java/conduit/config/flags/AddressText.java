package conduit.config.flags;

import conduit.address.HostPort;
import conduit.address.IpLiteral;
import conduit.address.Parsed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads {@code IP:port}, IPv6 in brackets, and {@code IP}. Names are refused: nothing is looked up.
 */
final class AddressText {

    /** RFC 1035, section 4.2. */
    private static final int NAME_SERVERS = 53;

    private AddressText() {}

    /** An address to bind to; port 0 means a free port. */
    static Parsed<InetSocketAddress> toListenOn(String text) {
        return switch (HostPort.parse(text)) {
            case Parsed.Invalid<HostPort>(String why) -> Parsed.invalid(why);
            case Parsed.Valid<HostPort>(HostPort parts) -> resolved(parts);
        };
    }

    /** An address of this machine to dial from: no port, no brackets. */
    static Parsed<InetAddress> toDialFrom(String text) {
        Optional<InetAddress> address = IpLiteral.parse(text);
        if (address.isEmpty()) {
            return Parsed.invalid("it is not an IP address by itself");
        }
        return address.get().isAnyLocalAddress() || address.get().isMulticastAddress()
                ? Parsed.invalid("no machine has that address")
                : Parsed.valid(address.get());
    }

    /** A name server to ask; without a port at the one of name servers, and port 0 is refused. */
    static Parsed<InetSocketAddress> toAsk(String text) {
        return switch (HostPort.parse(text)) {
            case Parsed.Invalid<HostPort>(String why) -> Parsed.invalid(why);
            case Parsed.Valid<HostPort>(HostPort(var _, var _, OptionalInt port))
                    when port.equals(OptionalInt.of(0)) ->
                    Parsed.invalid("the port must be 1 to 65535");
            case Parsed.Valid<HostPort>(HostPort(String host, boolean bracketed, var port)) ->
                    resolved(
                            new HostPort(
                                    host, bracketed, OptionalInt.of(port.orElse(NAME_SERVERS))));
        };
    }

    private static Parsed<InetSocketAddress> resolved(HostPort parts) {
        if (parts.bracketed() && parts.host().indexOf(':') < 0) {
            return Parsed.invalid("only an IPv6 address may stand in brackets");
        }
        Optional<InetAddress> address = IpLiteral.parse(parts.host());
        if (address.isEmpty()) {
            return Parsed.invalid("the host is not an IP address");
        }
        return parts.port().isEmpty()
                ? Parsed.invalid("the port is missing")
                : Parsed.valid(new InetSocketAddress(address.get(), parts.port().getAsInt()));
    }
}
