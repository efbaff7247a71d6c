package conduit.config;

import conduit.address.HostPort;
import conduit.address.IpLiteral;
import conduit.address.Parsed;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Reads {@code IP:port}, IPv6 in brackets, and {@code IP}. Names are refused: nothing is looked up.
 */
final class AddressText {

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
