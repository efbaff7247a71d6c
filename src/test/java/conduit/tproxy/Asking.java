package conduit.tproxy;

import conduit.address.Network;
import conduit.address.PortRange;
import conduit.config.Fwmark;
import conduit.config.interception.Exemption;
import conduit.config.interception.Interception;
import conduit.config.interception.Means;
import conduit.config.interception.OwnConnections;
import conduit.config.interception.Scope;
import conduit.config.interception.Scope.Family;
import conduit.config.interception.Scope.Reach;
import conduit.config.interception.WhenDown;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What tests ask for: each thing that can be asked for, in all combinations. */
final class Asking {

    static final Fwmark MARK = new Fwmark(1);
    static final Means REDIRECT = new Means.Redirect();
    static final Means TPROXY = new Means.Tproxy(MARK, 100, WhenDown.CLOSED);
    static final Means TPROXY_OPEN = new Means.Tproxy(MARK, 100, WhenDown.OPEN);
    static final Scope PUBLIC =
            new Scope(List.of(Family.IPV4, Family.IPV6), List.of(), Reach.PUBLIC, List.of());

    /** More ports than one multiport match of iptables takes, and networks inside of others. */
    static final Scope NARROW =
            new Scope(
                    List.of(Family.IPV4, Family.IPV6),
                    Stream.of(1, 20, 30, 40, 50, 60, 70, 80, 90, 100)
                            .map(port -> new PortRange(port, port + port % 3))
                            .toList(),
                    Reach.ALL,
                    List.of(
                            new Network(InetAddress.ofLiteral("10.0.0.0"), 8),
                            new Network(InetAddress.ofLiteral("10.1.0.0"), 16),
                            new Network(InetAddress.ofLiteral("10.1.0.0"), 16),
                            new Network(InetAddress.ofLiteral("2001:db8::"), 32)));

    private static final Optional<OwnConnections> NONE = Optional.empty();
    private static final Optional<OwnConnections> ALL =
            Optional.of(
                    new OwnConnections(List.of(), List.of(new Exemption.OfMark(new Fwmark(7)))));
    private static final Optional<OwnConnections> SOME =
            Optional.of(
                    new OwnConnections(
                            List.of("eth0", "eth0", "wg0"),
                            List.of(
                                    new Exemption.OfMark(new Fwmark(0xffff_ffff)),
                                    new Exemption.OfUser("root"),
                                    new Exemption.OfUser("4294967294"),
                                    new Exemption.OfGroup("root"),
                                    new Exemption.OfGroup("990"))));

    private Asking() {}

    /** For connections that arrive at eth1 only. */
    static Interception forwarded(Means means) {
        return new Interception(means, 8081, List.of("eth1"), NONE, PUBLIC);
    }

    /** For the machine's own alone, of one version of IP. */
    static Interception own(Means means, Family family) {
        return new Interception(means, 8081, List.of(), ALL, only(family));
    }

    /** For those and the machine's own. */
    static Interception both(Means means) {
        return new Interception(means, 8081, List.of("eth1"), SOME, NARROW);
    }

    /** Every combination. */
    static Stream<Interception> everything() {
        return Stream.of(REDIRECT, TPROXY, TPROXY_OPEN)
                .flatMap(means ->
                        Stream.of(List.<String>of(), List.of("eth1", "wg0.7", "eth1"))
                                .flatMap(arriving ->
                                        Stream.of(NONE, ALL, SOME)
                                                .flatMap(own -> with(means, arriving, own))));
    }

    private static Stream<Interception> with(
            Means means, List<String> arriving, Optional<OwnConnections> own) {
        return Interception.firstContradiction(means, arriving, own).isPresent()
                ? Stream.of()
                : Stream.of(PUBLIC, NARROW, only(Family.IPV4), only(Family.IPV6))
                        .map(scope -> new Interception(means, 8081, arriving, own, scope));
    }

    private static Scope only(Family family) {
        return new Scope(List.of(family), List.of(new PortRange(1, 65535)), Reach.ALL, List.of());
    }
}
