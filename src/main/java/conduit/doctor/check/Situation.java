package conduit.doctor.check;

import conduit.config.Examination;
import conduit.config.Listener;
import conduit.doctor.look.Listening;
import conduit.doctor.look.Machine;
import conduit.doctor.look.Owner;
import conduit.doctor.look.Settings;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Guard;
import conduit.doctor.rules.Hook;
import conduit.doctor.rules.Mark;
import conduit.doctor.rules.Means;
import conduit.doctor.rules.Ruleset;
import conduit.doctor.rules.Ruleset.Catch;
import conduit.doctor.rules.Ruleset.Marking;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The machine as it was found, beside what the operator wants of it. All answers follow from it.
 */
public record Situation(Machine machine, Examination wanted) {

    /** Whether the rules could be looked at. */
    public boolean rulesSeen() {
        return machine.rules().seen().isPresent();
    }

    /** How a program that could not be asked can be asked. */
    public String toAsk(String why) {
        return why.endsWith("is not installed") ? "apt-get install nftables iproute2" : asRoot();
    }

    /** How the doctor may do more; root of a container may do less than others. */
    public String asRoot() {
        return machine.self().user() == 0
                ? "run the doctor with CAP_NET_ADMIN and CAP_SYS_ADMIN (a container: --privileged)"
                : "run the doctor as root";
    }

    /** How there is IPv6 again, or rules do without it; empty where it is there. */
    public Optional<String> ipv6Again() {
        OptionalLong disabled = machine.settings().number(DISABLE_IPV6);
        if (disabled.isEmpty()) {
            return Optional.of(RulesCommand.asBefore("--family=ipv4"));
        }
        return disabled.getAsLong() == 0
                ? Optional.empty()
                : Optional.of(
                        Settings.command(DISABLE_IPV6, "0")
                                + " && "
                                + Settings.command("net/ipv6/conf/default/disable_ipv6", "0"));
    }

    /** Which is not there where the kernel does without IPv6. */
    public static final String DISABLE_IPV6 = "net/ipv6/conf/all/disable_ipv6";

    private Ruleset rules() {
        return machine.rules().seen().orElse(Ruleset.EMPTY);
    }

    /** The rules that bring connections to this machine, whoever listens there. */
    List<Catch> catches() {
        return rules().catches().stream()
                .filter(rule ->
                        rule.means() != Means.DNAT
                                || rule.address().filter(machine::has).isPresent())
                .toList();
    }

    /** The rules that would bring connections to conduit, were their tables not switched off. */
    List<Catch> dormant() {
        return rules().dormant().stream()
                .filter(rule -> wanted.ports().isEmpty() || wanted.ports().contains(rule.port()))
                .toList();
    }

    /** The chains that may drop what rules have brought to conduit, whose port they do not name. */
    List<Guard> guards() {
        return atInput().stream()
                .filter(guard ->
                        ours().stream()
                                .anyMatch(rule ->
                                        rule.means() == Means.TPROXY
                                                || guard.accepted().stream()
                                                        .noneMatch(ports ->
                                                                ports.contains(rule.port()))))
                .toList();
    }

    /** The chains that drop some of what is delivered to this machine. */
    public List<Guard> atInput() {
        return rules().guards();
    }

    /** Those of them that concern conduit: all, where it was not said on which port it listens. */
    public List<Catch> ours() {
        return catches().stream()
                .filter(rule -> wanted.ports().isEmpty() || wanted.ports().contains(rule.port()))
                .toList();
    }

    /** Those of ours that are for TPROXY. */
    List<Catch> byTproxy() {
        return ours().stream().filter(rule -> rule.means() == Means.TPROXY).toList();
    }

    /** Those of ours that are for what others send through this machine. */
    List<Catch> forOthers() {
        return ours().stream().filter(Catch::forOthers).toList();
    }

    /** The versions of IP that rules serve, in order. */
    public static List<Family> families(Collection<Catch> rules) {
        return Stream.of(Family.values())
                .filter(family ->
                        rules.stream().anyMatch(rule -> rule.reach().families().contains(family)))
                .toList();
    }

    /** The marks by which packets of TPROXY rules are routed here. */
    Set<Integer> marks(Family family) {
        return byTproxy().stream()
                .filter(rule -> rule.reach().families().contains(family))
                .flatMap(rule -> marks(rule).stream())
                .collect(Collectors.toSet());
    }

    /** Where packets arrive that TPROXY rules mark so; none where it may be anywhere. */
    Set<String> interfaces(Family family, int mark) {
        List<Catch> rules =
                byTproxy().stream()
                        .filter(rule -> rule.reach().families().contains(family))
                        .filter(rule -> marks(rule).contains(mark))
                        .toList();
        return rules.stream().anyMatch(rule -> rule.reach().in().all())
                ? Set.of()
                : rules.stream()
                        .flatMap(rule -> rule.reach().in().names().stream())
                        .collect(Collectors.toSet());
    }

    /** What a rule sets itself, or wants to find; else what another has set in front of it. */
    public Set<Integer> marks(Catch rule) {
        if (!rule.marks().isEmpty()) {
            return rule.marks();
        }
        if (!rule.reach().marks().isEmpty()) {
            return rule.reach().marks().stream().map(Mark::value).collect(Collectors.toSet());
        }
        return arrivingMarkings().stream().map(Marking::mark).collect(Collectors.toSet());
    }

    /** The markings of this machine's own packets that a TPROXY rule waits for. */
    public List<Marking> ownMarkings() {
        return markings(Hook.OWN);
    }

    /** Those that come too late to change a packet's way. */
    List<Marking> lateMarkings() {
        return markings(Hook.OWN_ON_ITS_WAY);
    }

    /** The rules that mark what arrives, whatever for. */
    List<Marking> arrivingMarkings() {
        return rules().markings().stream()
                .filter(marking -> marking.hook() == Hook.ARRIVING)
                .toList();
    }

    private List<Marking> markings(Hook hook) {
        Set<Integer> waitedFor =
                Stream.of(Family.values())
                        .flatMap(family -> marks(family).stream())
                        .collect(Collectors.toSet());
        return rules().markings().stream()
                .filter(marking -> marking.hook() == hook)
                .filter(marking -> waitedFor.contains(marking.mark()))
                .toList();
    }

    /** The sockets to which a rule may bring connections of this family. */
    List<Listening> socketsOf(Catch rule, Family family) {
        List<Listening> there = machine.on(rule.port());
        return (there.isEmpty() ? wanted(rule.port()) : there)
                .stream().filter(socket -> socket.serves().contains(family)).toList();
    }

    /** Those that there will be when conduit has been started. */
    private List<Listening> wanted(int port) {
        return wanted.listeners().stream()
                .filter(listener -> listener.protocol() == Listener.Protocol.TPROXY)
                .map(Listener::address)
                .filter(address -> address.getPort() == port)
                .map(address -> wanted(address.getAddress(), port))
                .toList();
    }

    private static Listening wanted(InetAddress address, int port) {
        Family family = Family.of(address);
        Set<Family> serves =
                address.isAnyLocalAddress() && family == Family.IPV6
                        ? Set.of(Family.values())
                        : Set.of(family);
        return new Listening(
                address, port, serves, Listening.Transparency.UNKNOWN, Optional.empty());
    }

    /** The process that has the listener; none where conduit does not run. */
    Optional<Owner> holder() {
        return Stream.concat(ours().stream().map(Catch::port), wanted.ports().stream())
                .flatMap(port -> machine.on(port).stream())
                .flatMap(socket -> socket.owner().stream())
                .filter(Owner::isConduit)
                .findFirst();
    }

    /** The process whose limits and capabilities count: conduit, or else we in its place. */
    Owner judged() {
        return holder().orElse(machine.self());
    }

    /** The command that starts conduit. */
    StartCommand start() {
        StartCommand given = new StartCommand(wanted.startedWith());
        return wanted.ports().isEmpty()
                ? given.listeningOnAll(
                        ours().stream().map(Catch::port).findFirst().orElse(DEFAULT_PORT))
                : given;
    }

    /** That of the examples. */
    private static final int DEFAULT_PORT = 8081;

    /** The port to which rules should lead. */
    int port() {
        return wanted.ports().stream().sorted().findFirst().orElse(DEFAULT_PORT);
    }
}
