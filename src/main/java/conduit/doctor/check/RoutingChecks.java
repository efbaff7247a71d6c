package conduit.doctor.check;

import conduit.config.SeenAs;
import conduit.doctor.ask.Found;
import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.look.Routing;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Mark;
import conduit.doctor.rules.Means;
import conduit.doctor.rules.Place;
import conduit.doctor.rules.Ruleset.Catch;
import conduit.doctor.rules.Ruleset.Marking;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether what a TPROXY rule marks is delivered to this machine: a packet to an address of others
 * is forwarded or dropped unless a route says that everything is local (kernel:
 * networking/tproxy.rst). Pure.
 */
final class RoutingChecks {

    /** That of the examples. */
    private static final String TABLE = "100";

    private RoutingChecks() {}

    /** The routing rule for the mark and the route behind it, for each version of IP. */
    static Stream<Finding> delivered(Situation situation) {
        List<Family> families = Situation.families(situation.byTproxy());
        if (families.isEmpty()) {
            return situation.rulesSeen()
                    ? Stream.of(new Ok("route", "not needed: no rule is for TPROXY"))
                    : Stream.empty();
        }
        return switch (situation.machine().routing()) {
            case Found.Unseen<Routing>(String why) ->
                    Stream.of(
                            new Warn(
                                    "route",
                                    "the routes cannot be looked at: " + why,
                                    RuleChecks.toLook(why)));
            case Found.Seen<Routing>(Routing routing) ->
                    families.stream()
                            .flatMap(family -> delivered(situation, routing, family).stream());
        };
    }

    /** Whether this machine's own packets get their marks where their way is still open. */
    static Stream<Finding> rerouted(Situation situation) {
        Set<Integer> inTime =
                situation.ownMarkings().stream().map(Marking::mark).collect(Collectors.toSet());
        return situation.lateMarkings().stream()
                .filter(marking -> !inTime.contains(marking.mark()))
                .map(marking ->
                        new Fail(
                                "own-route",
                                "%s marks what this machine sends with %s, but its chain does not"
                                                .formatted(
                                                        marking.place().says(),
                                                        Mark.text(marking.mark()))
                                        + " route it anew",
                                moved(marking.place())));
    }

    private static String moved(Place place) {
        return switch (place) {
            case Place.Nft nft ->
                    "move the rule to a chain of: type route hook output priority mangle, in table "
                            + nft.inTable();
            case Place.Iptables(String program, var _, var _, String specification) ->
                    program + " -t mangle -A " + specification;
        };
    }

    /** Whether answers to connections that are dialled from clients' addresses are kept here. */
    static Stream<Finding> answers(Situation situation) {
        return situation.wanted().seenAs() == SeenAs.CONDUIT
                ? Stream.empty()
                : situation.machine().routing().seen().stream()
                        .flatMap(routing ->
                                situation.ours().stream()
                                        .flatMap(rule -> answers(situation, routing, rule)))
                        .distinct();
    }

    private static Stream<Finding> answers(Situation situation, Routing routing, Catch rule) {
        return Situation.families(List.of(rule)).stream()
                .map(family ->
                        marked(situation, routing, family)
                                ? new Ok(
                                        "answers-" + family.suffix(),
                                        "a rule marks them, and they are delivered here")
                                : new Fail(
                                        "answers-" + family.suffix(),
                                        "no rule delivers here what answers to"
                                                + " --tproxy-spoof-source: it goes on to the"
                                                + " clients",
                                        RulesCommand.like(byTproxy(rule), situation)));
    }

    private static boolean marked(Situation situation, Routing routing, Family family) {
        return situation.arrivingMarkings().stream()
                .filter(marking -> marking.reach().families().contains(family))
                .anyMatch(marking ->
                        routing.deliveredMarks(family).stream()
                                .anyMatch(mark -> mark.fits(marking.mark())));
    }

    private static Catch byTproxy(Catch rule) {
        return new Catch(
                rule.place(),
                rule.base(),
                rule.hook(),
                Means.TPROXY,
                rule.reach(),
                rule.address(),
                rule.port(),
                rule.marks().isEmpty() ? Set.of(1) : rule.marks());
    }

    private static List<Finding> delivered(Situation situation, Routing routing, Family family) {
        Set<Integer> marks = new TreeSet<>(situation.marks(family));
        if (marks.isEmpty()) {
            return List.of(
                    new Fail(
                            "mark",
                            "the TPROXY rule sets no mark, by which its packets could be routed"
                                    + " here",
                            RulesCommand.like(situation.byTproxy().getFirst(), situation)));
        }
        return marks.stream()
                .flatMap(mark -> delivered(situation, routing, family, mark).stream())
                .collect(Collectors.toList());
    }

    private static List<Finding> delivered(
            Situation situation, Routing routing, Family family, int mark) {
        List<String> tables = routing.tablesOf(family, mark, situation.interfaces(family, mark));
        List<Finding> findings = new ArrayList<>();
        findings.add(tables.isEmpty() ? noRule(routing, family, mark) : rule(family, mark, tables));
        String table =
                tables.isEmpty()
                        ? routing.deliveringTable(family).orElse(TABLE)
                        : tables.getFirst();
        Optional<String> good =
                tables.stream().filter(one -> routing.deliversHere(family, one)).findFirst();
        boolean delivers = good.isPresent() || routing.deliversHere(family, table);
        findings.add(
                delivers
                        ? new Ok(
                                "route-" + family.suffix(),
                                "table %s delivers everything here".formatted(good.orElse(table)))
                        : noRoute(family, table, mark));
        return findings;
    }

    private static Finding rule(Family family, int mark, List<String> tables) {
        return new Ok(
                "rule-" + family.suffix(),
                "mark %s is looked up in table %s"
                        .formatted(Mark.text(mark), String.join(", ", tables)));
    }

    private static Finding noRule(Routing routing, Family family, int mark) {
        String others =
                routing.deliveredMarks(family).stream()
                        .map(other -> Mark.text(other.value()))
                        .collect(Collectors.joining(", "));
        String instead =
                routing.missing(family, mark)
                        .map(why -> " delivers what the TPROXY rule marks: " + why)
                        .orElse(
                                ", which the TPROXY rule sets"
                                        + (others.isEmpty()
                                                ? ""
                                                : "; there is one for mark " + others));
        return new Fail(
                "rule-" + family.suffix(),
                "no ip rule for mark %s%s".formatted(Mark.text(mark), instead),
                "ip %srule add fwmark %s lookup %s"
                        .formatted(
                                family.option(),
                                Mark.text(mark),
                                routing.deliveringTable(family).orElse(TABLE)));
    }

    private static Finding noRoute(Family family, String table, int mark) {
        return new Fail(
                "route-" + family.suffix(),
                "no local default route in table %s: what the rule marks with %s is not delivered"
                                .formatted(table, Mark.text(mark))
                        + " here",
                "ip %sroute add local default dev lo table %s".formatted(family.option(), table));
    }
}
