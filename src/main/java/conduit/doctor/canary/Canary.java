package conduit.doctor.canary;

import conduit.doctor.ask.Found;
import conduit.doctor.ask.Programs;
import conduit.doctor.check.Finding;
import conduit.doctor.check.Situation;
import conduit.doctor.look.Owner;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Hook;
import conduit.doctor.rules.Means;
import conduit.doctor.rules.Reach;
import conduit.doctor.rules.Ruleset.Catch;
import conduit.doctor.rules.Ruleset.Marking;
import conduit.doctor.rules.Tag;
import conduit.linux.Presence;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
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
    private final Duration patience;
    private final Undo undo;
    private final Tag tag;
    private final Trace trace;

    private Canary(
            Situation situation,
            List<Catch> rules,
            List<Finding> known,
            Duration patience,
            Undo undo,
            Tag tag) {
        this.situation = situation;
        this.rules = List.copyOf(rules);
        this.known = known;
        this.patience = patience;
        this.undo = undo;
        this.tag = tag;
        trace = new Trace(tag);
    }

    /** Where it arrived or was lost, told with what the checks have found already. */
    public static List<Finding> send(Situation situation, List<Finding> known, Duration patience) {
        return Stream.concat(removed(situation), sent(situation, known, patience).stream())
                .toList();
    }

    /** What of those that were killed in their flight cannot be taken away. */
    private static Stream<Finding> removed(Situation situation) {
        return situation.machine().leftovers().stream()
                .flatMap(leftover ->
                        nft(leftover.removal())
                                // Another canary may have been quicker.
                                .filter(why -> !why.contains("No such file or directory"))
                                .map(why -> Unsent.stays(leftover, why))
                                .stream());
    }

    private static List<Finding> sent(Situation situation, List<Finding> known, Duration patience) {
        if (!situation.rulesSeen()) {
            return List.of(Unsent.blind(situation));
        }
        if (situation.ours().isEmpty()) {
            return List.of(Unsent.noRule(known));
        }
        List<Catch> rules =
                situation.ours().stream().filter(rule -> !rule.reach().ports().isEmpty()).toList();
        if (rules.isEmpty()) {
            return List.of(Unsent.takesNothing(situation.ours().getFirst()));
        }
        Tag tag = Tag.fresh();
        try (Presence _ = Presence.show(tag.shown());
                Undo undo = new Undo()) {
            return new Canary(situation, rules, known, patience, undo, tag).send();
        } catch (IOException e) {
            return List.of(Unsent.hidden(situation, String.valueOf(e.getMessage())));
        }
    }

    private List<Finding> send() {
        List<Family> families = Situation.families(rules);
        List<Finding> findings = new ArrayList<>();
        Optional<Found<Outside>> outside =
                rules.stream().anyMatch(Catch::forOthers)
                        ? Optional.of(Outside.build(situation.machine(), tag))
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
            case Found.Unseen<Outside>(String why) ->
                    Unsent.because(situation, family, rule.get(), why);
            case Found.Seen<Outside>(Outside built) ->
                    built.refusal(family)
                            .map(why -> Unsent.because(situation, family, rule.get(), why))
                            .orElseGet(() -> fly(built, rule.get(), family));
        };
    }

    /** The rules must take what arrives at its interface, or be such that it can be added. */
    private boolean canStandBehind(Catch rule) {
        return rule.reach().in().covers(tag.device()) || rule.place().isOurs();
    }

    private Finding fly(Outside outside, Catch rule, Family family) {
        Optional<InetSocketAddress> destination = Destinations.within(family, rule.reach());
        if (destination.isEmpty()) {
            return Unsent.nowhere(family, rule, Gate.of(rule));
        }
        String table =
                trace.ofArriving(
                        tag.device(),
                        destination.get().getPort(),
                        rule.means(),
                        situation.marks(rule));
        Optional<String> failed = trace.install(table, undo).or(() -> letIn(rule));
        if (failed.isPresent()) {
            return Unsent.because(situation, family, rule, failed.get());
        }
        Arrival arrival =
                outside.call(() -> {
                    try (Flight flight = Flight.prepare()) {
                        return flight.send(destination.get(), patience);
                    }
                });
        return new Landing(situation, known, family, rule, Gate.of(rule), destination.get())
                .finding("from a network namespace", arrival, trace.counts());
    }

    private Optional<String> letIn(Catch rule) {
        if (rule.reach().in().covers(tag.device())) {
            return Optional.empty();
        }
        return undo.take(() -> nft(tag.adding()), () -> nft(tag.deleting()));
    }

    /** What is wrong with a command; empty where it is carried out. */
    private static Optional<String> nft(String command) {
        return switch (Programs.tell(command + "\n", "nft", "-f", "-")) {
            case Found.Seen<String> _ -> Optional.empty();
            case Found.Unseen<String>(String why) -> Optional.of(why);
        };
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
            return Unsent.unmarked(family, rule);
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
                    trace.install(trace.ofOwn(flight.port(), rule.means(), marks), undo).isEmpty();
            Arrival arrival = flight.send(destination.get(), patience);
            return new Landing(situation, known, family, rule, gate, destination.get())
                    .finding(
                            "from this machine",
                            arrival,
                            traced ? trace.counts() : Optional.empty());
        } catch (IOException e) {
            return Unsent.because(situation, family, rule, String.valueOf(e.getMessage()));
        }
    }
}
