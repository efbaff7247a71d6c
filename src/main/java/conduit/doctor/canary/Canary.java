package conduit.doctor.canary;

import conduit.doctor.ask.Found;
import conduit.doctor.ask.Programs;
import conduit.doctor.check.Finding;
import conduit.doctor.check.Situation;
import conduit.doctor.look.Owner;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Hook;
import conduit.doctor.rules.Leftover;
import conduit.doctor.rules.Means;
import conduit.doctor.rules.Reach;
import conduit.doctor.rules.Ruleset.Catch;
import conduit.doctor.rules.Ruleset.Marking;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Sends a connection through the rules for each version of IP: from outside for rules that take
 * what others send, else from this machine. Whatever it changes for that it changes back.
 */
public final class Canary {

    private final Situation situation;
    private final List<Catch> rules;
    private final List<Finding> known;
    private final Undo undo;

    private Canary(Situation situation, List<Catch> rules, List<Finding> known, Undo undo) {
        this.situation = situation;
        this.rules = List.copyOf(rules);
        this.known = known;
        this.undo = undo;
    }

    /** Where it arrived or was lost, told with what the checks have found already. */
    public static List<Finding> send(Situation situation, List<Finding> known) {
        // Of those that were killed in their flight.
        situation.machine().leftovers().forEach(leftover -> nft(leftover.removal()));
        if (!situation.rulesSeen()) {
            return List.of(Unsent.blind());
        }
        if (situation.ours().isEmpty()) {
            return List.of(Unsent.noRule(known));
        }
        List<Catch> rules =
                situation.ours().stream().filter(rule -> !rule.reach().ports().isEmpty()).toList();
        if (rules.isEmpty()) {
            return List.of(Unsent.takesNothing(situation.ours().getFirst()));
        }
        try (Undo undo = new Undo()) {
            return new Canary(situation, rules, known, undo).send();
        }
    }

    private List<Finding> send() {
        List<Family> families = Situation.families(rules);
        List<Finding> findings = new ArrayList<>();
        Optional<Found<Outside>> outside =
                rules.stream().anyMatch(Catch::forOthers)
                        ? Optional.of(Outside.build(situation.machine()))
                        : Optional.empty();
        outside.flatMap(Found::seen).ifPresent(built -> undo.add(built::close));
        for (Family family : families) {
            findings.add(
                    outside.map(built -> fromOutside(built, family))
                            .orElseGet(() -> fromHere(family)));
        }
        return findings;
    }

    private Stream<Catch> rules(Family family) {
        return rules.stream().filter(rule -> rule.reach().families().contains(family));
    }

    private Finding fromOutside(Found<Outside> outside, Family family) {
        Optional<Catch> rule =
                rules(family).filter(Catch::forOthers).filter(this::canStandBehind).findFirst();
        if (rule.isEmpty()) {
            return rules(family)
                    .filter(Catch::forOthers)
                    .findFirst()
                    .map(other -> Unsent.elsewhere(family, other))
                    .orElseGet(() -> fromHere(family));
        }
        return switch (outside) {
            case Found.Unseen<Outside>(String why) -> Unsent.because(family, why);
            case Found.Seen<Outside>(Outside built) ->
                    built.refusal(family)
                            .map(why -> Unsent.because(family, why))
                            .orElseGet(() -> fly(built, rule.get(), family));
        };
    }

    /** The rules must take what arrives at its interface, or be such that it can be added. */
    private boolean canStandBehind(Catch rule) {
        return rule.reach().in().covers(Outside.DEVICE) || rule.place().isOurs();
    }

    private Finding fly(Outside outside, Catch rule, Family family) {
        Optional<InetSocketAddress> destination = Destinations.within(family, rule.reach());
        if (destination.isEmpty()) {
            return Unsent.nowhere(family, rule, Gate.of(rule));
        }
        String trace =
                Trace.ofArriving(
                        Outside.DEVICE,
                        destination.get().getPort(),
                        rule.means(),
                        situation.marks(rule));
        Optional<String> failed = Trace.install(trace, undo).or(() -> letIn(rule));
        if (failed.isPresent()) {
            return Unsent.because(family, failed.get());
        }
        Arrival arrival =
                outside.call(() -> {
                    try (Flight flight = Flight.prepare()) {
                        return flight.send(destination.get());
                    }
                });
        return new Landing(situation, known, family, rule, Gate.of(rule), destination.get())
                .finding("from a network namespace", arrival, Trace.counts());
    }

    private Optional<String> letIn(Catch rule) {
        if (rule.reach().in().covers(Outside.DEVICE)) {
            return Optional.empty();
        }
        return undo.take(
                () ->
                        nft(Leftover.element("add", Outside.DEVICE))
                                        instanceof Found.Unseen<String>(String why)
                                ? Optional.of(why)
                                : Optional.empty(),
                () -> nft(Leftover.element("delete", Outside.DEVICE)));
    }

    private static Found<String> nft(String command) {
        return Programs.tell(command + "\n", "nft", "-f", "-");
    }

    private Finding fromHere(Family family) {
        Catch rule = rules(family).findFirst().orElseThrow();
        List<Marking> markings =
                rule.hook() == Hook.OWN
                        ? List.of()
                        : situation.ownMarkings().stream()
                                .filter(marking -> marking.reach().families().contains(family))
                                .toList();
        if (rule.means() == Means.TPROXY && markings.isEmpty()) {
            return Unsent.because(family, "no rule marks this machine's own connections");
        }
        // What takes them, or marks them for the rule that does.
        Gate gate = markings.stream().map(Gate::of).findFirst().orElse(Gate.of(rule));
        Reach reach = gate.reach();
        if (reach.ports().isEmpty()) {
            return Unsent.takesNothing(rule);
        }
        Optional<InetSocketAddress> destination = Destinations.within(family, reach);
        if (destination.isEmpty()) {
            return Unsent.nowhere(family, rule, gate);
        }
        Owner self = situation.machine().self();
        if (reach.exempt().coverUser(Long.toString(self.user()))
                || reach.exempt().coverGroup(Long.toString(self.group()))) {
            return Unsent.ofExemptUser(family, gate, self, destination.get());
        }
        Set<Integer> marks =
                markings.stream().map(Marking::mark).collect(Collectors.toUnmodifiableSet());
        try (Flight flight = Flight.prepare()) {
            boolean traced =
                    Trace.install(Trace.ofOwn(flight.port(), rule.means(), marks), undo).isEmpty();
            Arrival arrival = flight.send(destination.get());
            return new Landing(situation, known, family, rule, gate, destination.get())
                    .finding(
                            "from this machine",
                            arrival,
                            traced ? Trace.counts() : Optional.empty());
        } catch (IOException e) {
            return Unsent.because(family, String.valueOf(e.getMessage()));
        }
    }
}
