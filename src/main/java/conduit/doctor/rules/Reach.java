package conduit.doctor.rules;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which packets a rule looks at.
 *
 * @param marks of which one is wanted; none when any will do
 * @param exempt whose packets do not come as far as the rule
 * @param destinations what is wanted of their destination
 * @param asks what else it, or a line in front of it, looks at, in words of nft(8) or iptables(8)
 */
public record Reach(
        Set<Family> families,
        Interfaces in,
        List<Ports> ports,
        Set<Mark> marks,
        Exemptions exempt,
        List<Match.Destination> destinations,
        Set<String> asks) {

    /** Copies the collections. */
    public Reach {
        families = Set.copyOf(families);
        ports = List.copyOf(ports);
        marks = Set.copyOf(marks);
        destinations = List.copyOf(destinations);
        asks = Set.copyOf(asks);
    }

    /** Everything of these families. */
    static Reach of(Set<Family> families) {
        return new Reach(
                families,
                Interfaces.ALL,
                List.of(Ports.ALL),
                Set.of(),
                Exemptions.NONE,
                List.of(),
                Set.of());
    }

    /** Whether a connection to this address comes as far as the rule, where nothing else counts. */
    public boolean goesTo(InetAddress address) {
        return destinations.stream().allMatch(destination -> destination.fits(address));
    }

    /** What of the rest a packet of this version of IP may be asked for. */
    public Set<String> asks(Family family) {
        return asks.stream()
                .filter(what -> Family.ofWords(what).contains(family))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What is left of it for these. */
    Reach only(Set<Family> some) {
        Set<Family> both = new HashSet<>(families);
        both.retainAll(some);
        return new Reach(both, in, ports, marks, exempt, destinations, asks);
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
                    sense == Match.Sense.IS ? marked(wanted) : without(Exemptions.ofMarks(wanted));
            case Match.User(Set<String> users, Match.Sense sense) ->
                    without(Exemptions.ofUsers(users, sense.turned()));
            case Match.Group(Set<String> groups, Match.Sense sense) ->
                    without(Exemptions.ofGroups(groups, sense.turned()));
            case Match.Version(Family family, Match.Sense sense) ->
                    sense == Match.Sense.IS ? only(Set.of(family)) : without(family);
            case Match.To(List<Ports> wanted, Match.Sense sense) ->
                    to(sense == Match.Sense.IS ? wanted : Ports.without(ports, wanted));
            case Match.Destination destination ->
                    only(Set.of(destination.family())).to(destination);
            case Match.Tcp() -> this;
            case Match.NotTcp() -> only(Set.of());
            case Match.Alike() -> this;
            case Match.Other(String what) -> asking(Stream.of(what));
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
        if (telling.isEmpty() || telling.stream().anyMatch(Match.NotTcp.class::isInstance)) {
            return this;
        }
        if (telling.size() > 1) {
            return asking(telling.stream().flatMap(Reach::lookedAt));
        }
        return switch (telling.getFirst()) {
            case Match.In(Set<String> names, Match.Sense sense) ->
                    sense == Match.Sense.IS ? this : into(names);
            case Match.Marked(Set<Mark> some, Match.Sense sense) ->
                    sense == Match.Sense.IS ? without(Exemptions.ofMarks(some)) : marked(some);
            case Match.User(Set<String> users, Match.Sense sense) ->
                    without(Exemptions.ofUsers(users, sense));
            case Match.Group(Set<String> groups, Match.Sense sense) ->
                    without(Exemptions.ofGroups(groups, sense));
            case Match.Version(Family family, Match.Sense sense) ->
                    sense == Match.Sense.IS ? without(family) : only(Set.of(family));
            case Match.To(List<Ports> some, Match.Sense sense) ->
                    to(sense == Match.Sense.IS ? Ports.without(ports, some) : some);
            case Match.Destination(List<Addresses> some, Match.Sense sense) ->
                    to(new Match.Destination(some, sense.turned()));
            case Match.Tcp() -> this;
            case Match.NotTcp() -> this;
            case Match.Alike() -> this;
            case Match.Other(String what) -> asking(Stream.of(what));
        };
    }

    /** What of a line may tell one new connection from another, and is no port or interface. */
    private static Stream<String> lookedAt(Match match) {
        return switch (match) {
            case Match.Destination _ -> Stream.of("daddr");
            case Match.User _ -> Stream.of("skuid");
            case Match.Group _ -> Stream.of("skgid");
            case Match.Other(String what) -> Stream.of(what);
            case Match.In _, Match.Marked _, Match.Version _, Match.To _ -> Stream.empty();
            case Match.Tcp(), Match.NotTcp(), Match.Alike() -> Stream.empty();
        };
    }

    private Reach to(List<Ports> wanted) {
        return new Reach(families, in, wanted, marks, exempt, destinations, asks);
    }

    private Reach to(Match.Destination destination) {
        List<Match.Destination> all = new ArrayList<>(destinations);
        all.add(destination);
        return new Reach(families, in, ports, marks, exempt, all, asks);
    }

    private Reach marked(Set<Mark> wanted) {
        return new Reach(families, in, ports, wanted, exempt, destinations, asks);
    }

    private Reach asking(Stream<String> more) {
        Set<String> all = new TreeSet<>(asks);
        more.forEach(all::add);
        return new Reach(families, in, ports, marks, exempt, destinations, all);
    }

    private Reach without(Family family) {
        Set<Family> others = new HashSet<>(families);
        others.remove(family);
        return only(others);
    }

    private Reach into(Set<String> names) {
        return new Reach(families, new Interfaces(names), ports, marks, exempt, destinations, asks);
    }

    private Reach without(Exemptions more) {
        return new Reach(families, in, ports, marks, exempt.and(more), destinations, asks);
    }
}
