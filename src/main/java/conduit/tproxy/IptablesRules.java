package conduit.tproxy;

import conduit.address.PortRange;
import conduit.config.interception.Exemption;
import conduit.config.interception.Interception;
import conduit.config.interception.Means;
import conduit.config.interception.OwnConnections;
import conduit.config.interception.Scope.Family;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of one version of IP for iptables-restore(8), in one table: chains of their own, and
 * the jumps into them. They mean what those of {@link NftTable} mean, but that TPROXY drops what
 * nobody listens for.
 */
record IptablesRules(Interception asked, Family family) {

    /** What the name of each chain begins with. */
    static final String PREFIX = "CONDUIT_";

    private static final String PREROUTING = PREFIX + "PREROUTING";
    private static final String FORWARDED = PREFIX + "FORWARDED";
    private static final String OUTPUT = PREFIX + "OUTPUT";
    private static final String HAVING = PREFIX + "HAVING";

    /**
     * So many ports the multiport match takes, and a range counts as two (iptables-extensions(8)).
     */
    private static final int MOST_PORTS = 15;

    /** A rule of one of the system's chains that leads to one of ours. */
    record Jump(String program, String table, String from, String to) {
        /** The command that appends it (-A), deletes it (-D) or asks whether it is there (-C). */
        String command(String verb) {
            return "%s -w -t %s %s %s -p tcp -j %s".formatted(program, table, verb, from, to);
        }
    }

    /** Every chain that there may be, without the prefix. */
    static Stream<String> allChains() {
        return Stream.of(PREROUTING, FORWARDED, OUTPUT, HAVING).map(IptablesRules::withoutPrefix);
    }

    private static String withoutPrefix(String chain) {
        return chain.substring(PREFIX.length());
    }

    String program() {
        return switch (family) {
            case IPV4 -> "iptables";
            case IPV6 -> "ip6tables";
        };
    }

    private String table() {
        return switch (asked.means()) {
            case Means.Redirect() -> "nat";
            case Means.Tproxy _ -> "mangle";
        };
    }

    /** The jumps into the chains. */
    Stream<Jump> jumps() {
        return chains().keySet().stream()
                .filter(chain -> chain.equals(PREROUTING) || chain.equals(OUTPUT))
                .map(chain -> new Jump(program(), table(), withoutPrefix(chain), chain));
    }

    /** The chains, each as {@code table/chain}. */
    Stream<String> names() {
        return chains().keySet().stream().map(chain -> table() + "/" + chain);
    }

    /** The commands that take the chains away, when no jump leads there. */
    Stream<String> chainRemovals() {
        String command = program() + " -w -t " + table();
        return Stream.concat(
                chains().keySet().stream().map(chain -> command + " -F " + chain),
                chains().keySet().stream().map(chain -> command + " -X " + chain));
    }

    /** The chains, as input of iptables-restore. */
    String text() {
        Map<String, List<String>> chains = chains();
        Stream<String> declarations =
                chains.keySet().stream().map(chain -> ":" + chain + " - [0:0]");
        Stream<String> rules =
                chains.entrySet().stream()
                        .flatMap(chain ->
                                chain.getValue().stream()
                                        .map(rule -> "-A " + chain.getKey() + " " + rule));
        return Stream.of(Stream.of("*" + table()), declarations, rules, Stream.of("COMMIT"))
                .flatMap(lines -> lines)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private Map<String, List<String>> chains() {
        Map<String, List<String>> chains = new LinkedHashMap<>();
        List<String> prerouting = new ArrayList<>();
        if (asked.means() instanceof Means.Tproxy tproxy) {
            chains.put(HAVING, List.of("-j MARK --set-mark " + tproxy.mark(), "-j ACCEPT"));
            prerouting.add("-p tcp -m socket --transparent -j " + HAVING);
            prerouting.add("-m conntrack --ctdir REPLY -j RETURN");
            if (asked.own().isPresent()) {
                prerouting.add(
                        "-i lo -p tcp -m mark --mark %s %s"
                                .formatted(tproxy.mark(), deliver(tproxy)));
            }
        }
        if (asked.takesForwarded()) {
            asked.arrivingAt().stream()
                    .distinct()
                    .forEach(name -> prerouting.add("-i " + name + " -p tcp -j " + FORWARDED));
            chains.put(FORWARDED, forwarded());
        }
        if (!prerouting.isEmpty()) {
            chains.put(PREROUTING, prerouting);
        }
        asked.own().ifPresent(own -> chains.put(OUTPUT, own(own)));
        return chains;
    }

    private List<String> forwarded() {
        String verdict =
                switch (asked.means()) {
                    case Means.Redirect() -> redirect();
                    case Means.Tproxy tproxy -> deliver(tproxy);
                };
        return Stream.concat(sparing(), caught("", verdict)).toList();
    }

    private List<String> own(OwnConnections own) {
        Stream<String> exempt =
                own.exemptions().stream().map(exemption -> match(exemption) + " -j RETURN");
        Stream<String> caught =
                switch (asked.means()) {
                    case Means.Redirect() -> caughtOwn(own, "", redirect());
                    case Means.Tproxy tproxy ->
                            caughtOwn(
                                    own,
                                    "-m conntrack --ctdir ORIGINAL ",
                                    "-j MARK --set-mark " + tproxy.mark());
                };
        return Stream.of(exempt, Stream.of("-o lo -j RETURN"), sparing(), caught)
                .flatMap(rules -> rules)
                .toList();
    }

    private Stream<String> caughtOwn(OwnConnections own, String match, String verdict) {
        return own.leavingBy().isEmpty()
                ? caught(match, verdict)
                : own.leavingBy().stream()
                        .distinct()
                        .flatMap(name -> caught("-o " + name + " " + match, verdict));
    }

    private static String match(Exemption exemption) {
        return switch (exemption) {
            case Exemption.OfMark(var mark) -> "-m mark --mark " + mark;
            case Exemption.OfUser(String user) -> "-m owner --uid-owner " + user;
            case Exemption.OfGroup(String group) -> "-m owner --gid-owner " + group;
        };
    }

    private String redirect() {
        return "-j REDIRECT --to-ports " + asked.port();
    }

    private String deliver(Means.Tproxy tproxy) {
        return "-j TPROXY --on-port %d --tproxy-mark %s".formatted(asked.port(), tproxy.mark());
    }

    private Stream<String> sparing() {
        String toThisMachineOrToMany =
                switch (family) {
                    case IPV4 -> "LOCAL,BROADCAST,MULTICAST";
                    case IPV6 -> "LOCAL,MULTICAST";
                };
        return Stream.concat(
                Stream.of("-m addrtype --dst-type " + toThisMachineOrToMany + " -j RETURN"),
                SparedNetworks.of(asked.scope(), family).stream()
                        .map(network -> "-d " + network + " -j RETURN"));
    }

    private Stream<String> caught(String match, String verdict) {
        return ports().map(ports -> match + "-p tcp " + ports + verdict);
    }

    /** Matches of the ports, none of them longer than the kernel allows. */
    private Stream<String> ports() {
        if (asked.scope().ports().isEmpty()) {
            return Stream.of("");
        }
        List<List<PortRange>> parts = new ArrayList<>();
        int left = 0;
        for (PortRange range : asked.scope().ports()) {
            int takes = range.isSingle() ? 1 : 2;
            if (takes > left) {
                parts.add(new ArrayList<>());
                left = MOST_PORTS;
            }
            parts.getLast().add(range);
            left -= takes;
        }
        return parts.stream()
                .map(part ->
                        part.stream()
                                .map(IptablesRules::text)
                                .collect(Collectors.joining(",", "-m multiport --dports ", " ")));
    }

    private static String text(PortRange ports) {
        return ports.isSingle() ? "" + ports.first() : ports.first() + ":" + ports.last();
    }
}
