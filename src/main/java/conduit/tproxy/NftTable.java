package conduit.tproxy;

import conduit.address.Network;
import conduit.address.PortRange;
import conduit.config.interception.Exemption;
import conduit.config.interception.Interception;
import conduit.config.interception.Means;
import conduit.config.interception.OwnConnections;
import conduit.config.interception.Scope.Family;
import conduit.config.interception.WhenDown;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes conduit's table for {@code nft -f} (nft(8)): one transaction that puts the table in the
 * place of the one before. In each chain the rules that leave a packet alone come first; what is
 * left is caught. The set {@code in_interfaces} may be added to while the rules are in force.
 */
final class NftTable {

    /** Takes the table away, whether it is there or not, and nothing else. */
    static final String REMOVAL = "table %1$s\ndelete table %1$s\n".formatted(Ours.TABLE);

    private final Interception asked;

    private NftTable(Interception asked) {
        this.asked = asked;
    }

    /** What is asked for, as input of {@code nft -f}. */
    static String of(Interception asked) {
        NftTable table = new NftTable(asked);
        return Stream.of(table.sets(), table.chains())
                .flatMap(blocks -> blocks)
                .collect(Collectors.joining("\n", REMOVAL + "table " + Ours.TABLE + " {\n", "}\n"));
    }

    private Stream<String> sets() {
        List<String> sets = new ArrayList<>();
        if (asked.takesForwarded()) {
            sets.add(set(Ours.IN_INTERFACES, "ifname", "", quoted(asked.arrivingAt())));
        }
        asked.own()
                .map(OwnConnections::leavingBy)
                .filter(interfaces -> !interfaces.isEmpty())
                .ifPresent(interfaces ->
                        sets.add(set("out_interfaces", "ifname", "", quoted(interfaces))));
        for (Family family : asked.scope().families()) {
            sets.add(
                    set(
                            "spared_" + family,
                            family + "_addr",
                            "interval",
                            SparedNetworks.of(asked.scope(), family).stream()
                                    .map(Network::toString)));
        }
        if (!asked.scope().ports().isEmpty()) {
            sets.add(
                    set(
                            "ports",
                            "inet_service",
                            "interval",
                            asked.scope().ports().stream().map(NftTable::text)));
        }
        return sets.stream();
    }

    private Stream<String> chains() {
        List<String> chains = new ArrayList<>();
        switch (asked.means()) {
            case Means.Redirect() -> {
                if (asked.takesForwarded()) {
                    chains.add(chain("prerouting", redirectForwarded()));
                }
                asked.own().ifPresent(own -> chains.add(chain("output", redirectOwn(own))));
            }
            case Means.Tproxy tproxy -> {
                chains.add(chain("prerouting", deliver(tproxy)));
                asked.own().ifPresent(own -> chains.add(chain("output", markOwn(own, tproxy))));
            }
        }
        return chains.stream();
    }

    private Stream<String> redirectForwarded() {
        return Stream.of(
                        Stream.of("type nat hook prerouting priority dstnat; policy accept;"),
                        sparingForwarded(),
                        Stream.of(redirect("forwarded connections: to conduit")))
                .flatMap(lines -> lines);
    }

    private Stream<String> redirectOwn(OwnConnections own) {
        return Stream.of(
                        // dstnat by number, since it has that name in prerouting only.
                        Stream.of("type nat hook output priority -100; policy accept;"),
                        sparingOwn(own),
                        Stream.of(redirect("this machine's own connections: to conduit")))
                .flatMap(lines -> lines);
    }

    private String redirect(String comment) {
        return rule("meta l4proto tcp", "redirect to :" + asked.port(), comment);
    }

    private Stream<String> deliver(Means.Tproxy tproxy) {
        List<String> lines = new ArrayList<>();
        lines.add("type filter hook prerouting priority mangle; policy accept;");
        lines.add(
                rule(
                        "meta l4proto tcp socket wildcard 0 socket transparent 1",
                        "meta mark set " + tproxy.mark() + " accept",
                        "connections that conduit has; answers to those it dials from the"
                                + " client's address"));
        lines.add(rule("ct direction reply", "return", "answers to connections begun elsewhere"));
        if (asked.own().isPresent()) {
            String match = "iifname \"lo\" meta mark " + tproxy.mark() + " meta l4proto tcp";
            lines.add(
                    rule(
                            match,
                            "tproxy to :" + asked.port() + " accept",
                            "this machine's own connections, marked in output: to conduit"));
            // The kernel would drop them: it sends no reset from an address that is not its own.
            lines.add(rule(match, "reject with tcp reset", "nobody listens: refused"));
        }
        if (asked.takesForwarded()) {
            sparingForwarded().forEach(lines::add);
            // The mark comes last: where nobody listens tproxy breaks off, and a packet with the
            // mark would be delivered here all the same.
            lines.add(
                    rule(
                            "meta l4proto tcp",
                            "tproxy to :%d meta mark set %s accept"
                                    .formatted(asked.port(), tproxy.mark()),
                            "forwarded connections: to conduit"));
            if (tproxy.whenDown() == WhenDown.CLOSED) {
                lines.add(
                        rule(
                                "meta l4proto tcp",
                                "reject with tcp reset",
                                "nobody listens: refused, so that nothing goes on unproxied"));
            }
        }
        return lines.stream();
    }

    private Stream<String> markOwn(OwnConnections own, Means.Tproxy tproxy) {
        return Stream.of(
                        Stream.of("type route hook output priority mangle; policy accept;"),
                        sparingOwn(own),
                        // What conntrack does not know cannot be told from an answer to somebody's
                        // connection, and a server here must go on answering.
                        Stream.of(
                                rule(
                                        "meta l4proto tcp ct direction original",
                                        "meta mark set " + tproxy.mark(),
                                        "this machine's own connections: by lo to prerouting")))
                .flatMap(lines -> lines);
    }

    private Stream<String> sparingForwarded() {
        return Stream.concat(
                Stream.of(rule("iifname != @" + Ours.IN_INTERFACES, "return", "arrived elsewhere")),
                sparingDestinations());
    }

    private Stream<String> sparingOwn(OwnConnections own) {
        Stream<String> exempt =
                own.exemptions().stream()
                        .map(exemption -> rule(match(exemption), "return", "conduit's own"));
        Stream<String> elsewhere =
                own.leavingBy().isEmpty()
                        ? Stream.of(rule("oifname \"lo\"", "return", "within this machine"))
                        : Stream.of(
                                rule("oifname != @out_interfaces", "return", "leaves elsewhere"));
        return Stream.of(exempt, elsewhere, sparingDestinations()).flatMap(lines -> lines);
    }

    private static String match(Exemption exemption) {
        return switch (exemption) {
            case Exemption.OfMark(var mark) -> "meta mark " + mark;
            case Exemption.OfUser(String user) -> "meta skuid \"" + user + "\"";
            case Exemption.OfGroup(String group) -> "meta skgid \"" + group + "\"";
        };
    }

    private Stream<String> sparingDestinations() {
        List<String> lines = new ArrayList<>();
        lines.add(rule("meta l4proto != tcp", "return", "not TCP"));
        List<Family> families = asked.scope().families();
        if (families.size() == 1) {
            lines.add(
                    rule(
                            "meta nfproto != " + families.getFirst(),
                            "return",
                            "the other version of IP"));
        }
        lines.add(
                rule(
                        "fib daddr type { local, broadcast, multicast }",
                        "return",
                        "to this machine itself, or to many"));
        for (Family family : families) {
            lines.add(
                    rule(
                            switch (family) {
                                case IPV4 -> "ip daddr @spared_ipv4";
                                case IPV6 -> "ip6 daddr @spared_ipv6";
                            },
                            "return",
                            "networks that are left alone"));
        }
        if (!asked.scope().ports().isEmpty()) {
            lines.add(rule("tcp dport != @ports", "return", "other ports"));
        }
        return lines.stream();
    }

    private static String rule(String match, String verdict, String comment) {
        return match + " counter " + verdict + " comment \"" + comment + "\"";
    }

    private static String set(String name, String type, String flags, Stream<String> elements) {
        String form =
                flags.isEmpty()
                        ? "    type " + type + "\n"
                        : "    type " + type + "\n    flags " + flags + "\n    auto-merge\n";
        return "  set "
                + name
                + " {\n"
                + form
                + elements.collect(
                        Collectors.joining(",\n      ", "    elements = {\n      ", "\n    }\n"))
                + "  }\n";
    }

    private static String chain(String name, Stream<String> lines) {
        return lines.map(line -> "    " + line + "\n")
                .collect(Collectors.joining("", "  chain " + name + " {\n", "  }\n"));
    }

    private static Stream<String> quoted(List<String> names) {
        return names.stream().distinct().map(name -> '"' + name + '"');
    }

    private static String text(PortRange ports) {
        return ports.isSingle() ? "" + ports.first() : ports.first() + "-" + ports.last();
    }
}
