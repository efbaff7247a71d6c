package conduit.doctor.rules;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which packets a rule looks at.
 *
 * @param marks of which one is wanted; none when any will do
 * @param exempt whose packets do not come as far as the rule
 */
public record Reach(
        Set<Family> families,
        Interfaces in,
        List<Ports> ports,
        Set<Mark> marks,
        Exemptions exempt) {

    /** Copies the collections. */
    public Reach {
        families = Set.copyOf(families);
        ports = List.copyOf(ports);
        marks = Set.copyOf(marks);
    }

    /** Everything of these families. */
    static Reach of(Set<Family> families) {
        return new Reach(families, Interfaces.ALL, List.of(Ports.ALL), Set.of(), Exemptions.NONE);
    }

    /** What is left of it for these. */
    Reach only(Set<Family> some) {
        Set<Family> both = new HashSet<>(families);
        both.retainAll(some);
        return new Reach(both, in, ports, marks, exempt);
    }

    /** What is left of it where a line wants all of this. */
    Reach where(List<Match> matches) {
        Reach left = this;
        for (Match match : matches) {
            left = left.where(match);
        }
        return left;
    }

    private Reach where(Match match) {
        return switch (match) {
            case Match.In(Set<String> names, Match.Sense sense) ->
                    sense == Match.Sense.IS ? into(names) : this;
            case Match.Marked(Set<Mark> wanted, Match.Sense sense) ->
                    sense == Match.Sense.IS
                            ? new Reach(families, in, ports, wanted, exempt)
                            : without(new Exemptions(wanted, Set.of(), Set.of(), Set.of()));
            case Match.User(Set<String> users, Match.Sense sense) ->
                    without(
                            sense == Match.Sense.IS
                                    ? new Exemptions(Set.of(), Set.of(), Set.of(), users)
                                    : new Exemptions(Set.of(), users, Set.of(), Set.of()));
            case Match.Group(Set<String> groups, Match.Sense sense) ->
                    sense == Match.Sense.IS
                            ? this
                            : without(new Exemptions(Set.of(), Set.of(), groups, Set.of()));
            case Match.Version(Family family, Match.Sense sense) ->
                    sense == Match.Sense.IS ? only(Set.of(family)) : without(family);
            case Match.To(List<Ports> wanted, Match.Sense sense) ->
                    sense == Match.Sense.IS ? to(wanted) : this;
            case Match.Tcp() -> this;
            case Match.NotTcp() -> only(Set.of());
            case Match.Other() -> this;
        };
    }

    /**
     * What is left of it behind a line that ends the chain for whatever fits. Only lines that name
     * one thing are understood; any other leaves out a part that we do not know.
     */
    Reach behindStop(List<Match> matches) {
        List<Match> telling =
                matches.stream()
                        .filter(match -> !(match instanceof Match.Tcp))
                        .collect(Collectors.toList());
        if (telling.size() != 1) {
            return this;
        }
        return switch (telling.getFirst()) {
            case Match.In(Set<String> names, Match.Sense sense) when sense == Match.Sense.IS_NOT ->
                    into(names);
            case Match.Marked(Set<Mark> some, Match.Sense sense) when sense == Match.Sense.IS ->
                    without(new Exemptions(some, Set.of(), Set.of(), Set.of()));
            case Match.User(Set<String> users, Match.Sense sense) when sense == Match.Sense.IS ->
                    without(new Exemptions(Set.of(), users, Set.of(), Set.of()));
            case Match.Group(Set<String> groups, Match.Sense sense) when sense == Match.Sense.IS ->
                    without(new Exemptions(Set.of(), Set.of(), groups, Set.of()));
            case Match.Version(Family family, Match.Sense sense) ->
                    sense == Match.Sense.IS ? without(family) : only(Set.of(family));
            case Match.To(List<Ports> wanted, Match.Sense sense) when sense == Match.Sense.IS_NOT ->
                    to(wanted);
            case Match _ -> this;
        };
    }

    private Reach to(List<Ports> wanted) {
        return new Reach(families, in, wanted, marks, exempt);
    }

    private Reach without(Family family) {
        Set<Family> others = new HashSet<>(families);
        others.remove(family);
        return only(others);
    }

    private Reach into(Set<String> names) {
        return new Reach(families, new Interfaces(names), ports, marks, exempt);
    }

    private Reach without(Exemptions more) {
        return new Reach(families, in, ports, marks, exempt.and(more));
    }
}
