package conduit.doctor.check;

import conduit.config.SeenAs;
import conduit.doctor.ask.Found;
import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.look.Routing;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Mark;
import conduit.doctor.rules.Place;
import conduit.doctor.rules.Ruleset.Catch;
import conduit.doctor.rules.Ruleset.Marking;
import conduit.tproxy.Ours;
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
                                    situation.toAsk(why)));
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
                                        RulesCommand.asBefore("--means=tproxy")));
    }

    private static boolean marked(Situation situation, Routing routing, Family family) {
        return situation.arrivingMarkings().stream()
                .filter(marking -> marking.reach().families().contains(family))
                .anyMatch(marking ->
                        routing.deliveredMarks(family).stream()
                                .anyMatch(mark -> mark.fits(marking.mark())));
    }

    private static List<Finding> delivered(Situation situation, Routing routing, Family family) {
        Set<Integer> marks = new TreeSet<>(situation.marks(family));
        if (marks.isEmpty()) {
            return List.of(
                    new Fail(
                            "mark",
                            "the TPROXY rule sets no mark, by which its packets could be routed"
                                    + " here",
                            letMark(situation.byTproxy().getFirst().place())));
        }
        return marks.stream()
                .flatMap(mark ->
                        delivered(situation, routing, family, mark, whose(situation, mark))
                                .stream())
                .collect(Collectors.toList());
    }

    private static String letMark(Place place) {
        return switch (place) {
            case Place.Nft _ -> "write 'meta mark set 1' behind its tproxy statement";
            case Place.Iptables _ -> "give its target --tproxy-mark 1";
        };
    }

    /** Who has to know a routing rule or a route again. */
    private enum Whose {
        CONDUITS,
        OTHERS
    }

    private static Whose whose(Situation situation, int mark) {
        return situation.byTproxy().stream()
                        .filter(rule -> rule.place().isOurs())
                        .anyMatch(rule -> situation.marks(rule).contains(mark))
                ? Whose.CONDUITS
                : Whose.OTHERS;
    }

    private static List<Finding> delivered(
            Situation situation, Routing routing, Family family, int mark, Whose whose) {
        List<String> tables = routing.tablesOf(family, mark, situation.interfaces(family, mark));
        List<Finding> findings = new ArrayList<>();
        findings.add(
                tables.isEmpty()
                        ? noRule(routing, family, mark, whose)
                        : rule(family, mark, tables));
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
                        : noRoute(family, table, mark, whose));
        return findings;
    }

    private static Finding rule(Family family, int mark, List<String> tables) {
        return new Ok(
                "rule-" + family.suffix(),
                "mark %s is looked up in table %s"
                        .formatted(Mark.text(mark), String.join(", ", tables)));
    }

    private static Finding noRule(Routing routing, Family family, int mark, Whose whose) {
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
                addRule(
                        family,
                        "fwmark %s lookup %s"
                                .formatted(
                                        Mark.text(mark),
                                        routing.deliveringTable(family).orElse(TABLE)),
                        whose));
    }

    private static String addRule(Family family, String rule, Whose whose) {
        String add = "ip %srule add ".formatted(family.option());
        return switch (whose) {
            case CONDUITS ->
                    add
                            + "priority %d %s protocol %d"
                                    .formatted(Ours.PRIORITY, rule, Ours.PROTOCOL);
            case OTHERS -> add + rule;
        };
    }

    private static Finding noRoute(Family family, String table, int mark, Whose whose) {
        String add =
                "ip %sroute add local default dev lo table %s".formatted(family.option(), table);
        return new Fail(
                "route-" + family.suffix(),
                "no local default route in table %s: what the rule marks with %s is not delivered"
                                .formatted(table, Mark.text(mark))
                        + " here",
                switch (whose) {
                    case CONDUITS -> add + " proto " + Ours.PROTOCOL;
                    case OTHERS -> add;
                });
    }
}
