package conduit.doctor.check;

import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.look.Listening;
import conduit.doctor.look.Listening.Transparency;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Hook;
import conduit.doctor.rules.Means;
import conduit.doctor.rules.Ruleset.Catch;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether somebody listens where the rules lead to, in a way that they reach. Pure. */
final class ListenerChecks {

    private static final String RUNNING = "listener";

    private ListenerChecks() {}

    /** Whether anybody listens. */
    static Stream<Finding> running(Situation situation) {
        SortedSet<Integer> ports = new TreeSet<>(situation.wanted().ports());
        situation.ours().forEach(rule -> ports.add(rule.port()));
        return ports.stream().map(port -> running(situation, port));
    }

    private static Finding running(Situation situation, int port) {
        List<Listening> there = situation.machine().on(port);
        Optional<Listening> stranger =
                there.stream()
                        .filter(_ -> situation.wanted().ports().contains(port))
                        .filter(Listening::isStrangers)
                        .findFirst();
        if (stranger.isPresent()) {
            String holder = stranger.get().holder();
            return new Fail(
                    RUNNING,
                    "port %d is held by %s, not by conduit".formatted(port, holder),
                    "stop " + holder + ", then: " + situation.start());
        }
        if (!there.isEmpty()) {
            return new Ok(
                    RUNNING,
                    there.stream()
                                    .map(Listening::holder)
                                    .distinct()
                                    .collect(Collectors.joining(", "))
                            + " listens on port "
                            + port);
        }
        Optional<Catch> rule =
                situation.ours().stream().filter(one -> one.port() == port).findFirst();
        if (situation.wanted().ports().contains(port)) {
            return new Fail(
                    RUNNING,
                    "nobody listens on port " + port + ": conduit is not running",
                    situation.start().toString());
        }
        return new Fail(
                RUNNING,
                "nobody listens on port "
                        + port
                        + ", where "
                        + rule.map(one -> one.place().says()).orElse("a rule")
                        + " leads to: conduit is not running, or the rule was left behind",
                rule.map(one -> RuleChecks.unanswered(one, situation))
                        .orElse(RulesCommand.removal()));
    }

    /** Whether the listeners have the addresses to which the rules lead. */
    static Stream<Finding> address(Situation situation) {
        return Situation.families(situation.ours()).stream()
                .flatMap(family -> address(situation, family).stream());
    }

    private static Optional<Finding> address(Situation situation, Family family) {
        String check = "address-" + family.suffix();
        for (Catch rule : situation.ours()) {
            if (!rule.reach().families().contains(family)) {
                continue;
            }
            List<Listening> sockets = situation.socketsOf(rule, family);
            if (sockets.stream().anyMatch(socket -> reaches(rule, socket, situation))) {
                continue;
            }
            if (situation.machine().on(rule.port()).isEmpty()
                    && sockets.isEmpty()
                    && !situation.wanted().ports().contains(rule.port())) {
                return Optional.empty();
            }
            return Optional.of(
                    new Fail(
                            check,
                            missed(rule, family, sockets),
                            situation.start().listeningOnAll(rule.port()).toString()));
        }
        return Optional.of(new Ok(check, "the rules for " + family + " lead to its address"));
    }

    private static String missed(Catch rule, Family family, List<Listening> sockets) {
        if (sockets.isEmpty()) {
            return "the rules serve %s, and the listener on port %d does not"
                    .formatted(family, rule.port());
        }
        return "the listener is on %s alone, where %s by %s does not lead to"
                .formatted(
                        sockets.stream()
                                .map(socket -> socket.address().getHostAddress())
                                .collect(Collectors.joining(", ")),
                        rule.place().says(),
                        rule.means());
    }

    /** What REDIRECT makes of a destination: nft(8), and iptables-extensions(8). */
    private static boolean reaches(Catch rule, Listening socket, Situation situation) {
        InetAddress own = socket.address();
        if (own.isAnyLocalAddress()) {
            return true;
        }
        if (rule.address().isPresent()) {
            return rule.address().get().equals(own);
        }
        if (rule.hook() == Hook.OWN || rule.reach().in().loopbackOnly()) {
            return own.isLoopbackAddress();
        }
        return situation.machine().devices().stream()
                .filter(device -> !device.isLoopback())
                .filter(device -> rule.reach().in().covers(device.name()))
                .anyMatch(device -> device.addresses().contains(own));
    }

    /** Whether TPROXY can hand over to the listeners. */
    static Stream<Finding> transparent(Situation situation) {
        List<Catch> rules = situation.byTproxy();
        if (!situation.rulesSeen()) {
            return Stream.empty();
        }
        return rules.isEmpty()
                ? Stream.of(new Ok("transparent", "not needed: no rule is for TPROXY"))
                : Situation.families(rules).stream()
                        .map(family -> transparent(situation, rules, family));
    }

    private static Finding transparent(Situation situation, List<Catch> rules, Family family) {
        String check = "transparent-" + family.suffix();
        List<Listening> sockets =
                rules.stream()
                        .filter(rule -> rule.reach().families().contains(family))
                        .flatMap(rule -> situation.socketsOf(rule, family).stream())
                        .filter(socket -> socket.owner().isPresent() && !socket.isStrangers())
                        .toList();
        Optional<Listening> plain =
                sockets.stream()
                        .filter(socket -> socket.transparency() == Transparency.NOT_TRANSPARENT)
                        .findFirst();
        if (plain.isPresent()) {
            return new Fail(
                    check,
                    plain.get().holder()
                            + " listens on port "
                            + plain.get().port()
                            + " without IP_TRANSPARENT: TPROXY hands nothing over to it",
                    PrivilegeChecks.started(situation));
        }
        if (sockets.stream().anyMatch(socket -> socket.transparency() == Transparency.UNKNOWN)) {
            return new Warn(
                    check,
                    "whether the listener is transparent cannot be looked at: ss does not say it",
                    "apt-get install iproute2");
        }
        if (!sockets.isEmpty()) {
            return new Ok(check, "the listener has IP_TRANSPARENT");
        }
        return situation
                .machine()
                .transparent()
                .getOrDefault(family, Optional.empty())
                .<Finding>map(why ->
                        new Fail(
                                check,
                                "a socket cannot be made transparent: " + why,
                                PrivilegeChecks.started(situation)))
                .orElseGet(() -> new Ok(check, "a socket can be made transparent"));
    }

    /** Whether a rule is for this means; for the privileges that it takes. */
    static boolean any(List<Catch> rules, Means means) {
        return rules.stream().anyMatch(rule -> rule.means() == means);
    }
}
