package conduit.doctor.rules;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A chain at the hook input that drops something.
 *
 * @param says where it is, for a sentence
 * @param accepted the ports that it takes by name
 * @param lines its rules
 */
public record Guard(String says, List<Ports> accepted, List<Chain.Line> lines) {

    /** Copies the lists. */
    public Guard {
        accepted = List.copyOf(accepted);
        lines = List.copyOf(lines);
    }

    /**
     * By what it may let one connection of this version of IP to this port in and drop another, in
     * words of nft(8); empty where it treats all alike.
     */
    public Set<String> tellsApartBy(Family family, int port) {
        Set<String> all = new TreeSet<>();
        lines.stream()
                .filter(line ->
                        line.matches().stream().allMatch(match -> mayBe(match, family, port)))
                .flatMap(line ->
                        Stream.concat(
                                line.matches().stream().flatMap(Guard::lookedAt),
                                line.actions().stream().flatMap(Guard::lookedAt)))
                .forEach(all::add);
        return all;
    }

    private static boolean mayBe(Match match, Family family, int port) {
        return switch (match) {
            case Match.Version(Family version, Match.Sense sense) ->
                    version == family == (sense == Match.Sense.IS);
            case Match.Destination destination -> destination.family() == family;
            case Match.To(List<Ports> ports, Match.Sense sense) ->
                    ports.stream().anyMatch(some -> some.contains(port))
                            == (sense == Match.Sense.IS);
            case Match.NotTcp() -> false;
            case Match _ -> true;
        };
    }

    private static Stream<String> lookedAt(Match match) {
        return switch (match) {
            case Match.In(Set<String> names, Match.Sense _) ->
                    names.equals(Set.of("lo")) ? Stream.empty() : Stream.of("iifname");
            case Match.Destination _ -> Stream.of("daddr");
            case Match.Other(String what) -> Stream.of(what);
            case Match _ -> Stream.empty();
        };
    }

    /** Where a chain leads to others, they may look at anything. */
    private static Stream<String> lookedAt(Action action) {
        return action instanceof Action.Jump(String chain)
                ? Stream.of("whatever " + chain + " looks at")
                : Stream.empty();
    }
}
