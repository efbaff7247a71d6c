package conduit.doctor.check;

import conduit.config.Fwmark;
import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.look.Owner;
import conduit.doctor.look.Routing;
import conduit.doctor.rules.Exemptions;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Hook;
import conduit.doctor.rules.Mark;
import conduit.doctor.rules.Place;
import conduit.doctor.rules.Ruleset.Catch;
import conduit.doctor.rules.Ruleset.Marking;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether what conduit dials would come back to it. Pure. */
final class LoopChecks {

    private static final String MARK = "own-mark";
    private static final String EXEMPT = "own-traffic";

    private LoopChecks() {}

    /** Whether conduit's mark is the one by which packets are delivered here. */
    static Stream<Finding> mark(Situation situation) {
        return situation.wanted().mark().map(mark -> mark(situation, mark)).stream();
    }

    private static Finding mark(Situation situation, Fwmark mark) {
        return isDelivered(situation, mark.bits())
                ? new Fail(
                        MARK,
                        "--fwmark=%s is the mark of what is delivered here: conduit's own"
                                        .formatted(Mark.text(mark.bits()))
                                + " connections would not leave",
                        situation.start().marking(free(situation)).toString())
                : new Ok(MARK, "--fwmark=%s is nobody else's".formatted(Mark.text(mark.bits())));
    }

    private static boolean isDelivered(Situation situation, int mark) {
        return Stream.of(Family.values())
                .anyMatch(family ->
                        situation.marks(family).contains(mark)
                                || delivered(situation, family).stream()
                                        .anyMatch(other -> other.fits(mark)));
    }

    private static List<Mark> delivered(Situation situation, Family family) {
        return situation.machine().routing().seen().stream()
                .map((Routing routing) -> routing.deliveredMarks(family))
                .flatMap(List::stream)
                .toList();
    }

    private static int free(Situation situation) {
        int mark = RulesCommand.OWN_MARK;
        while (isDelivered(situation, mark) && mark < 1 << 16) {
            mark = mark + 1;
        }
        return mark;
    }

    /** A rule for this machine's own connections. */
    private record OwnRule(Place place, Place base, Exemptions exempt) {}

    /** Whether rules for this machine's own connections leave conduit's alone. */
    static Stream<Finding> exempt(Situation situation) {
        List<OwnRule> rules =
                Stream.concat(
                                situation.ours().stream()
                                        .filter(rule -> rule.hook() == Hook.OWN)
                                        .map(LoopChecks::of),
                                situation.ownMarkings().stream().map(LoopChecks::of))
                        .toList();
        if (rules.isEmpty()) {
            return situation.rulesSeen()
                    ? Stream.of(
                            new Ok(EXEMPT, "not needed: no rule is for this machine's own traffic"))
                    : Stream.empty();
        }
        return rules.stream().map(rule -> exempt(situation, rule)).distinct();
    }

    private static OwnRule of(Catch rule) {
        return new OwnRule(rule.place(), rule.base(), rule.reach().exempt());
    }

    private static OwnRule of(Marking rule) {
        return new OwnRule(rule.place(), rule.base(), rule.reach().exempt());
    }

    private static Finding exempt(Situation situation, OwnRule rule) {
        Optional<Integer> mark = situation.wanted().mark().map(Fwmark::bits);
        if (mark.filter(rule.exempt()::coverMark).isPresent()) {
            return new Ok(
                    EXEMPT,
                    "%s leaves mark %s alone"
                            .formatted(rule.place().says(), Mark.text(mark.get())));
        }
        Owner judged = situation.judged();
        if (rule.exempt().coverUser(Long.toString(judged.user()))
                || rule.exempt().coverGroup(Long.toString(judged.group()))) {
            return new Ok(EXEMPT, rule.place().says() + " leaves conduit's user or group alone");
        }
        if (!rule.exempt().users().isEmpty() || !rule.exempt().groups().isEmpty()) {
            return new Warn(
                    EXEMPT,
                    "%s leaves some users or groups alone, and %s is none of them"
                            .formatted(rule.place().says(), judged),
                    withMark(situation, rule));
        }
        if (!rule.exempt().marks().isEmpty() && situation.wanted().listeners().isEmpty()) {
            return new Ok(
                    EXEMPT,
                    "%s leaves mark %s alone, which conduit must have been given with --fwmark"
                            .formatted(rule.place().says(), marks(rule.exempt())));
        }
        return new Fail(
                EXEMPT,
                "%s catches what conduit dials, too: it does not leave %s alone"
                        .formatted(
                                rule.place().says(),
                                mark.map(given -> "mark " + Mark.text(given)).orElse("any mark")),
                withMark(situation, rule));
    }

    private static String marks(Exemptions exempt) {
        return exempt.marks().stream()
                .map(mark -> Mark.text(mark.value()))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** By conduit's mark, which it is given where it has none. */
    private static String withMark(Situation situation, OwnRule rule) {
        if (rule.base().isOurs()) {
            return fittingConduits(situation, rule);
        }
        Optional<Integer> mark = situation.wanted().mark().map(Fwmark::bits);
        if (mark.isPresent()) {
            return rule.base().exemption(mark.get());
        }
        if (!rule.exempt().marks().isEmpty()) {
            int exempt = rule.exempt().marks().iterator().next().value();
            return situation.start().marking(exempt).toString();
        }
        int free = free(situation);
        return rule.base().exemption(free) + " && " + situation.start().marking(free);
    }

    /** The next {@code --apply} would take away what was put into conduit's own table by hand. */
    private static String fittingConduits(Situation situation, OwnRule rule) {
        return rule.exempt().marks().stream()
                .findFirst()
                .map(mark -> situation.start().marking(mark.value()).toString())
                .orElse("run conduit as the user or in the group that its rules leave alone");
    }
}
