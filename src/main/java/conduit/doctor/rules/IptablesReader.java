package conduit.doctor.rules;

import conduit.address.HostPort;
import conduit.address.IpLiteral;
import conduit.address.Parsed;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what iptables-save(8) or ip6tables-save(8) prints. Pure. What it does not know it takes for
 * a match of which nothing follows, as {@link NftReader} does.
 */
public final class IptablesReader {

    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:[:-](\\d{1,5}))?");

    private final Family family;
    private final String program;
    private final Map<String, List<Chain.Line>> chains = new LinkedHashMap<>();

    private IptablesReader(Family family) {
        this.family = family;
        program =
                switch (family) {
                    case IPV4 -> "iptables";
                    case IPV6 -> "ip6tables";
                };
    }

    /** The rules of all tables of one family. */
    public static Ruleset read(Family family, String saved) {
        IptablesReader reader = new IptablesReader(family);
        String table = "";
        for (String line : saved.lines().toList()) {
            if (line.startsWith("*")) {
                table = line.substring(1).strip();
            } else if (line.startsWith("-A ")) {
                reader.keep(table, line.substring("-A ".length()));
            }
        }
        return Ruleset.of(
                reader.chains.entrySet().stream()
                        .map(chain ->
                                new Chain(
                                        chain.getKey(),
                                        hook(chain.getKey()),
                                        Set.of(family),
                                        chain.getValue()))
                        .toList());
    }

    private static Optional<Hook> hook(String name) {
        return switch (name.substring(name.indexOf(' ') + 1)) {
            case "PREROUTING" -> Optional.of(Hook.ARRIVING);
            case "OUTPUT" ->
                    Optional.of(
                            name.startsWith("mangle ") || name.startsWith("nat ")
                                    ? Hook.OWN
                                    : Hook.OWN_ON_ITS_WAY);
            default -> Optional.empty();
        };
    }

    private void keep(String table, String specification) {
        Deque<String> words = new ArrayDeque<>(List.of(specification.strip().split(" +", -1)));
        String chain = words.remove();
        List<Match> matches = new ArrayList<>();
        Map<String, String> target = new LinkedHashMap<>();
        Match.Sense sense = Match.Sense.IS;
        while (!words.isEmpty()) {
            String word = words.remove();
            if (word.equals("!")) {
                sense = Match.Sense.IS_NOT;
                continue;
            }
            boolean hasValue = !words.isEmpty() && !words.peek().startsWith("-");
            String value = hasValue && !words.peek().equals("!") ? words.remove() : "";
            if (word.equals("-j") || word.equals("-g") || !target.isEmpty()) {
                target.put(word, value);
            } else if (!word.equals("-m")) {
                matches.add(match(word, value, sense));
            }
            sense = Match.Sense.IS;
        }
        chains.computeIfAbsent(table + " " + chain, _ -> new ArrayList<>())
                .add(
                        new Chain.Line(
                                new Place.Iptables(program, table, chain, specification),
                                matches,
                                actions(table, target)));
    }

    private static Match match(String word, String value, Match.Sense sense) {
        return switch (word) {
            case "-i" -> new Match.In(Set.of(value.replaceFirst("\\+$", "*")), sense);
            case "-p" ->
                    value.equals("tcp") == (sense == Match.Sense.IS)
                            ? new Match.Tcp()
                            : new Match.NotTcp();
            case "--mark" ->
                    mark(value)
                            .<Match>map(mark -> new Match.Marked(Set.of(mark), sense))
                            .orElse(new Match.Other(word));
            case "-d" ->
                    Addresses.read(value)
                            .<Match>map(to -> new Match.Destination(List.of(to), sense))
                            .orElse(new Match.Other(word));
            case "-o" -> value.equals("lo") ? new Match.Alike() : new Match.Other(word);
            case "--ctdir", "--ctstate", "--state", "--dst-type", "--transparent", "--syn" ->
                    new Match.Alike();
            case "--uid-owner" -> new Match.User(Set.of(value), sense);
            case "--gid-owner" -> new Match.Group(Set.of(value), sense);
            case "--dport", "--dports" -> new Match.To(ports(value).toList(), sense);
            // What is no flag is a word of a comment, or a second value as of --tcp-flags.
            default ->
                    word.startsWith("-") && !word.equals("--comment") && !word.equals("--tcp-flags")
                            ? new Match.Other(word)
                            : new Match.Alike();
        };
    }

    private static Stream<Ports> ports(String value) {
        return Stream.of(value.split(",", -1))
                .map(PORTS::matcher)
                .filter(matcher -> matcher.matches())
                .map(matcher -> {
                    int first = Math.min(Integer.parseInt(matcher.group(1)), Ports.ALL.last());
                    int last =
                            matcher.group(2) == null
                                    ? first
                                    : Math.min(
                                            Integer.parseInt(matcher.group(2)), Ports.ALL.last());
                    return new Ports(Math.min(first, last), Math.max(first, last));
                });
    }

    private static Optional<Mark> mark(String text) {
        String[] parts = text.split("/", -1);
        OptionalInt value = bits(parts[0]);
        OptionalInt mask = parts.length > 1 ? bits(parts[1]) : OptionalInt.of(-1);
        return value.isPresent() && mask.isPresent()
                ? Optional.of(new Mark(value.getAsInt(), mask.getAsInt()))
                : Optional.empty();
    }

    private static OptionalInt bits(String text) {
        try {
            return OptionalInt.of(Long.decode(text).intValue());
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }

    private List<Action> actions(String table, Map<String, String> target) {
        if (target.containsKey("-g")) {
            return List.of(new Action.Jump(table + " " + target.get("-g")), new Action.Stop());
        }
        String name = target.getOrDefault("-j", "");
        return switch (name) {
            case "" -> List.of();
            case "REDIRECT" -> bring(Means.REDIRECT, Optional.empty(), target.get("--to-ports"));
            case "DNAT" -> destination(target.getOrDefault("--to-destination", ""));
            case "TPROXY" -> transparent(target);
            case "MARK" -> markSet(target.getOrDefault("--set-xmark", target.get("--set-mark")));
            case "ACCEPT", "RETURN", "DROP", "REJECT" -> List.of(new Action.Stop());
            default -> List.of(new Action.Jump(table + " " + name));
        };
    }

    private List<Action> destination(String text) {
        return switch (HostPort.parse(text)) {
            case Parsed.Invalid<HostPort> _ -> List.of();
            case Parsed.Valid<HostPort>(HostPort(String host, var _, OptionalInt port)) -> {
                Optional<InetAddress> address = IpLiteral.parse(host);
                yield address.isPresent() && port.isPresent()
                        ? bring(Means.DNAT, address, Integer.toString(port.getAsInt()))
                        : List.of();
            }
        };
    }

    private List<Action> transparent(Map<String, String> target) {
        List<Action> all = new ArrayList<>();
        Optional<InetAddress> address =
                IpLiteral.parse(target.getOrDefault("--on-ip", ""))
                        .filter(named -> !named.isAnyLocalAddress());
        all.addAll(bring(Means.TPROXY, address, target.get("--on-port")));
        all.addAll(markSet(target.get("--tproxy-mark")));
        return all;
    }

    private static List<Action> markSet(@Nullable String text) {
        return Optional.ofNullable(text)
                .flatMap(IptablesReader::mark)
                .<Action>map(mark -> new Action.SetMark(mark.value()))
                .stream()
                .toList();
    }

    private List<Action> bring(Means means, Optional<InetAddress> address, @Nullable String port) {
        OptionalInt number = port == null ? OptionalInt.empty() : bits(port);
        return number.isPresent()
                ? List.of(new Action.Bring(means, address, number.getAsInt(), Set.of(family)))
                : List.of();
    }
}
