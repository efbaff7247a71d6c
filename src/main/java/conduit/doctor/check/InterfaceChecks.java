package conduit.doctor.check;

import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.look.Device;
import conduit.doctor.look.Settings;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Hook;
import conduit.doctor.rules.Interfaces;
import conduit.doctor.rules.Means;
import conduit.doctor.rules.Ruleset.Catch;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernel's settings that decide what becomes of packets at an interface (kernel:
 * networking/ip-sysctl.rst). Pure.
 */
final class InterfaceChecks {

    private static final String REVERSE_PATH = "rp_filter";
    private static final String SOURCE_MARK = "src_valid_mark";
    private static final String ROUTE_LOCALNET = "route_localnet";
    private static final String BRIDGE = "bridge";
    private static final long STRICT = 1;

    private InterfaceChecks() {}

    private static List<String> devices(Situation situation, Collection<Catch> rules) {
        return situation.machine().devices().stream()
                .filter(device -> !device.isLoopback())
                .map(Device::name)
                .filter(name -> rules.stream().anyMatch(rule -> rule.reach().in().covers(name)))
                .sorted()
                .toList();
    }

    private static List<Catch> of(Family family, List<Catch> rules) {
        return rules.stream().filter(rule -> rule.reach().families().contains(family)).toList();
    }

    /** Whether the interfaces that rules name are there: a name with a slip in it takes nothing. */
    static Stream<Finding> present(Situation situation) {
        List<String> missing =
                situation.forOthers().stream()
                        .flatMap(rule -> rule.reach().in().names().stream())
                        .filter(name -> !isThere(name, situation))
                        .distinct()
                        .sorted()
                        .toList();
        return missing.isEmpty()
                ? Stream.empty()
                : Stream.of(
                        new Warn(
                                "interface",
                                "the rules take what arrives at %s, and there is no such interface"
                                        .formatted(String.join(", ", missing)),
                                "ip -brief link"));
    }

    private static boolean isThere(String name, Situation situation) {
        Interfaces named = new Interfaces(Set.of(name));
        return situation.machine().devices().stream()
                .anyMatch(device -> named.covers(device.name()));
    }

    /** Whether packets are dropped because the way back to their sender leads elsewhere. */
    static Stream<Finding> reversePath(Situation situation) {
        List<Catch> rules = of(Family.IPV4, situation.forOthers());
        if (rules.isEmpty()) {
            return notNeeded(situation, REVERSE_PATH);
        }
        Settings settings = situation.machine().settings();
        List<String> strict =
                devices(situation, rules).stream()
                        .filter(name -> settings.ofInterface(name, REVERSE_PATH) == STRICT)
                        .toList();
        return Stream.of(
                strict.isEmpty()
                        ? new Ok(REVERSE_PATH, "not strict where the rules take connections")
                        : new Warn(
                                REVERSE_PATH,
                                "strict on "
                                        + String.join(", ", strict)
                                        + ": whoever is routed back another way is dropped unseen",
                                commands(strict, REVERSE_PATH, "2")));
    }

    /**
     * Whether the way back to a sender is looked up with the mark, too: what a TPROXY rule marks
     * seems to come from this machine itself then, and is dropped, whatever rp_filter says.
     */
    static Stream<Finding> sourceMark(Situation situation) {
        List<Catch> rules =
                of(Family.IPV4, situation.forOthers()).stream()
                        .filter(rule -> rule.means() == Means.TPROXY)
                        .toList();
        Settings settings = situation.machine().settings();
        List<String> marked =
                devices(situation, rules).stream()
                        .filter(name -> settings.ofInterface(name, SOURCE_MARK) != 0)
                        .toList();
        if (!marked.isEmpty()) {
            return Stream.of(
                    new Fail(
                            SOURCE_MARK,
                            "on for "
                                    + String.join(", ", marked)
                                    + ": what the TPROXY rules mark there is dropped",
                            settings.turningOff(marked, SOURCE_MARK)));
        }
        return situation.rulesSeen()
                ? Stream.of(
                        new Ok(
                                SOURCE_MARK,
                                rules.isEmpty()
                                        ? "not needed: no TPROXY rule is for IPv4 from outside"
                                        : "off where the TPROXY rules take connections"))
                : Stream.empty();
    }

    private static String commands(List<String> devices, String name, String value) {
        return devices.stream()
                .map(device -> Settings.command("net/ipv4/conf/" + device + "/" + name, value))
                .collect(Collectors.joining(" && "));
    }

    private static Stream<Finding> notNeeded(Situation situation, String check) {
        return situation.rulesSeen()
                ? Stream.of(
                        new Ok(check, "not needed: no rule is for what others send through here"))
                : Stream.empty();
    }

    /** Whether what the rules leave alone goes on its way. */
    static Stream<Finding> forwarding(Situation situation) {
        return Situation.families(situation.forOthers()).stream()
                .map(family -> forwarding(situation.machine().settings(), family));
    }

    private static Finding forwarding(Settings settings, Family family) {
        String check = "forwarding-" + family.suffix();
        String path =
                switch (family) {
                    case IPV4 -> "net/ipv4/ip_forward";
                    case IPV6 -> "net/ipv6/conf/all/forwarding";
                };
        return settings.number(path).orElse(0) == 0
                ? new Warn(
                        check,
                        "off: what the rules leave alone, such as UDP, goes nowhere",
                        Settings.command(path, "1"))
                : new Ok(check, "on");
    }

    /** Whether packets that arrive from outside may be sent on to 127/8. */
    static Stream<Finding> routeLocalnet(Situation situation) {
        List<Catch> rules =
                of(Family.IPV4, situation.ours()).stream()
                        .filter(rule -> rule.hook() == Hook.ARRIVING)
                        .filter(rule -> rule.means() == Means.DNAT)
                        .filter(rule ->
                                rule.address().filter(to -> to.isLoopbackAddress()).isPresent())
                        .toList();
        Settings settings = situation.machine().settings();
        List<String> closed =
                devices(situation, rules).stream()
                        .filter(name -> settings.ofInterface(name, ROUTE_LOCALNET) == 0)
                        .toList();
        if (!closed.isEmpty()) {
            return Stream.of(
                    new Fail(
                            ROUTE_LOCALNET,
                            "a rule leads from "
                                    + String.join(", ", closed)
                                    + " to 127/8, which the kernel drops there",
                            commands(closed, ROUTE_LOCALNET, "1")));
        }
        return situation.rulesSeen()
                ? Stream.of(
                        new Ok(
                                ROUTE_LOCALNET,
                                rules.isEmpty()
                                        ? "not needed: no rule leads from outside to 127/8"
                                        : "on"))
                : Stream.empty();
    }

    /** Whether bridged packets go through the rules of IP before they are routed. */
    static Stream<Finding> bridges(Situation situation) {
        List<String> on =
                Stream.of(
                                "net/bridge/bridge-nf-call-iptables",
                                "net/bridge/bridge-nf-call-ip6tables")
                        .filter(path -> situation.machine().settings().number(path).orElse(0) != 0)
                        .toList();
        boolean matters =
                !situation.byTproxy().isEmpty() && !situation.machine().bridges().isEmpty();
        if (on.isEmpty() || !matters) {
            return situation.byTproxy().isEmpty()
                    ? Stream.empty()
                    : Stream.of(new Ok(BRIDGE, "no bridge hands its packets to the rules"));
        }
        return Stream.of(
                new Warn(
                        BRIDGE,
                        "br_netfilter hands what crosses "
                                + String.join(", ", situation.machine().bridges())
                                + " to the TPROXY rules while it is bridged, where it is lost",
                        on.stream()
                                .map(path -> Settings.command(path, "0"))
                                .collect(Collectors.joining(" && "))));
    }
}
