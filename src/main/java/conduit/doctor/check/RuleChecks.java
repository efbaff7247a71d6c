package conduit.doctor.check;

import conduit.config.Examination;
import conduit.doctor.ask.Found;
import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.rules.Leftover;
import conduit.doctor.rules.Place;
import conduit.doctor.rules.Ruleset;
import conduit.doctor.rules.Ruleset.Catch;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether there are rules, and whether they lead to conduit. Pure. */
final class RuleChecks {

    private static final String PRESENT = "rules";
    private static final String LEFT_BEHIND = "left-behind";

    private RuleChecks() {}

    /** Whether any rule brings connections to conduit. */
    static Stream<Finding> present(Situation situation) {
        return switch (situation.machine().rules()) {
            case Found.Unseen<Ruleset>(String why) ->
                    Stream.of(
                            new Warn(
                                    PRESENT,
                                    "the firewall's rules cannot be looked at: " + why,
                                    situation.toAsk(why)));
            case Found.Seen<Ruleset> _ -> Stream.of(seen(situation));
        };
    }

    private static Finding seen(Situation situation) {
        List<Catch> ours = situation.ours();
        if (!ours.isEmpty()) {
            return new Ok(
                    PRESENT,
                    ours.stream()
                            .map(RuleChecks::sentence)
                            .distinct()
                            .collect(Collectors.joining("; ")));
        }
        for (Catch rule : situation.dormant()) {
            if (rule.place() instanceof Place.Nft place) {
                return new Fail(
                        PRESENT,
                        "%s leads to port %d, but its table is dormant"
                                .formatted(place.says(), rule.port()),
                        "nft add table " + place.inTable());
            }
        }
        List<Catch> dead = dead(situation);
        if (!dead.isEmpty()) {
            Catch rule = dead.getFirst();
            return new Fail(
                    PRESENT,
                    "%s leads to port %d, where nobody listens, and not to port %d of conduit"
                            .formatted(rule.place().says(), rule.port(), situation.port()),
                    // To write conduit's rules anew would take all flags that they were made with.
                    rule.place().isOurs()
                            ? situation.start().listeningOnAll(rule.port()).toString()
                            : RulesCommand.fresh(situation));
        }
        return situation.wanted().listeners().isEmpty() || !situation.wanted().ports().isEmpty()
                ? new Fail(
                        PRESENT,
                        "no rule brings connections to "
                                + (situation.wanted().ports().isEmpty()
                                        ? "this machine"
                                        : "port " + situation.port()),
                        RulesCommand.fresh(situation))
                : new Ok(PRESENT, "none, and none is needed without --tproxy-listen");
    }

    private static String sentence(Catch rule) {
        return "%s: %s to port %d".formatted(rule.place().says(), rule.means(), rule.port());
    }

    /** Rules whose port is not conduit's, with nobody there. */
    private static List<Catch> dead(Situation situation) {
        Set<Integer> wanted = situation.wanted().ports();
        return wanted.isEmpty()
                ? List.of()
                : situation.catches().stream()
                        .filter(rule -> !wanted.contains(rule.port()))
                        .filter(rule -> situation.machine().on(rule.port()).isEmpty())
                        .toList();
    }

    /** What drops packets behind the rules; only a connection can tell whether these. */
    static Stream<Finding> guarded(Situation situation) {
        return situation.wanted().canary() == Examination.Canary.SENT
                ? Stream.empty()
                : situation.guards().stream()
                        .map(guard ->
                                new Warn(
                                        "input",
                                        guard.says()
                                                + " drops some of what is delivered here, perhaps"
                                                + " what comes to conduit",
                                        situation
                                                .start()
                                                .toString()
                                                .replaceFirst(
                                                        "^conduit", "conduit doctor --canary")));
    }

    /** Rules beside those for conduit that lead to nobody. */
    static Stream<Finding> leftBehind(Situation situation) {
        return situation.ours().isEmpty()
                ? Stream.empty()
                : dead(situation).stream().map(RuleChecks::leftBehind);
    }

    /** What canaries left that were killed; the next one takes it away. */
    static Stream<Finding> canaries(Situation situation) {
        List<Leftover> left = situation.machine().leftovers();
        return left.isEmpty() || situation.wanted().canary() == Examination.Canary.SENT
                ? Stream.empty()
                : Stream.of(
                        new Warn(
                                LEFT_BEHIND,
                                "a canary that was killed has left "
                                        + left.stream()
                                                .map(Leftover::says)
                                                .collect(Collectors.joining(" and ")),
                                left.stream()
                                        .map(Leftover::removal)
                                        .collect(Collectors.joining("; ", "nft '", "'"))));
    }

    /** Rules of others may wait for a program of theirs, and stay. */
    private static Finding leftBehind(Catch rule) {
        String says =
                "%s leads to port %d, where nobody listens"
                        .formatted(rule.place().says(), rule.port());
        return rule.place().isOurs()
                ? new Fail(LEFT_BEHIND, says, RulesCommand.removal())
                : new Warn(
                        LEFT_BEHIND,
                        says,
                        "start whoever is to listen there: ss -Htln 'sport = :%d'"
                                .formatted(rule.port()));
    }

    /** The command that answers a rule without a listener, where no port was asked for. */
    static String unanswered(Catch rule, Situation situation) {
        return rule.place().isOurs() ? RulesCommand.removal() : situation.start().toString();
    }
}
