package conduit.doctor.canary;

import conduit.address.IpLiteral;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Ports;
import conduit.doctor.rules.Reach;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Where a canary may go: to addresses for documentation, which nobody has. Pure. */
final class Destinations {

    /** RFC 5737. */
    private static final List<InetAddress> IPV4 =
            List.of(address("192.0.2.1"), address("198.51.100.1"), address("203.0.113.1"));

    /** RFC 3849 and RFC 9637. */
    private static final List<InetAddress> IPV6 =
            List.of(address("2001:db8::1"), address("3fff::1"));

    /** What a rule that catches any connection is meant for first: it catches HTTPS. */
    private static final int HTTPS = 443;

    private Destinations() {}

    private static InetAddress address(String text) {
        return IpLiteral.parse(text).orElseThrow();
    }

    /** One that comes as far as the rule; none where the rule leaves all of them alone. */
    static Optional<InetSocketAddress> within(Family family, Reach reach) {
        return all(family).stream()
                .filter(reach::goesTo)
                .findFirst()
                .map(address -> new InetSocketAddress(address, port(reach)));
    }

    /** One for a sentence. */
    static InetSocketAddress first(Family family, Reach reach) {
        return new InetSocketAddress(all(family).getFirst(), port(reach));
    }

    private static List<InetAddress> all(Family family) {
        return switch (family) {
            case IPV4 -> IPV4;
            case IPV6 -> IPV6;
        };
    }

    private static int port(Reach reach) {
        boolean takesHttps = reach.ports().stream().anyMatch(ports -> ports.contains(HTTPS));
        Ports first = reach.ports().getFirst();
        return takesHttps ? HTTPS : first.first();
    }
}
