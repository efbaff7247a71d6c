package conduit.doctor.rules;

import static conduit.doctor.rules.Match.Sense.IS;
import static conduit.doctor.rules.Match.Sense.IS_NOT;

import conduit.address.IpLiteral;
import conduit.doctor.ask.Json;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads what {@code nft -j list ruleset} prints (libnftables-json(5)). Pure. What it does not know
 * it passes over: a rule that is not understood brings nothing to a listener of ours.
 */
public final class NftReader {

    /** Where there is no /etc/protocols, as in small images of containers, nft says the number. */
    private static final Set<String> TCP = Set.of("tcp", "6");

    private final Map<String, Json> sets = new HashMap<>();
    private final Map<String, List<Chain.Line>> lines = new HashMap<>();

    private NftReader() {}

    /** The rules of all tables. */
    public static Ruleset read(Json said) {
        NftReader reader = new NftReader();
        List<Json> objects = said.get("nftables").items().toList();
        objects.forEach(object -> reader.keepSet(object.get("set")));
        objects.forEach(object -> reader.keepSet(object.get("map")));
        objects.forEach(object -> reader.keepLine(object.get("rule")));
        Set<String> dormant =
                objects.stream()
                        .map(object -> object.get("table"))
                        .filter(NftReader::sleeps)
                        .map(table -> name(table, "name"))
                        .collect(Collectors.toSet());
        Map<Boolean, List<Chain>> chains =
                objects.stream()
                        .map(object -> object.get("chain"))
                        .filter(chain -> chain.has("name"))
                        .collect(
                                Collectors.partitioningBy(
                                        chain -> dormant.contains(table(chain)),
                                        Collectors.mapping(reader::chain, Collectors.toList())));
        return Ruleset.of(chains.getOrDefault(false, List.of()))
                .besides(
                        chains.getOrDefault(true, List.of()),
                        objects.stream()
                                .map(object -> object.get("chain"))
                                .filter(chain -> !dormant.contains(table(chain)))
                                .flatMap(chain -> reader.guard(chain, objects).stream())
                                .toList());
    }

    /** A chain that drops by its policy or in a rule of its own; where it jumps is not followed. */
    private Optional<Ruleset.Guard> guard(Json chain, List<Json> objects) {
        String name = table(chain) + " " + chain.get("name").text().orElse("");
        List<List<Json>> rules =
                objects.stream()
                        .map(object -> object.get("rule"))
                        .filter(rule -> name.equals(name(rule, "table", "chain")))
                        .map(rule -> rule.get("expr").items().toList())
                        .toList();
        boolean drops =
                chain.get("policy").text().orElse("").equals("drop")
                        || rules.stream()
                                .flatMap(List::stream)
                                .anyMatch(one -> one.has("drop") || one.has("reject"));
        return drops && chain.get("hook").text().orElse("").equals("input")
                ? Optional.of(
                        new Ruleset.Guard(
                                name,
                                rules.stream()
                                        .filter(rule ->
                                                rule.stream().anyMatch(e -> e.has("accept")))
                                        .flatMap(List::stream)
                                        .filter(one -> one.has("match"))
                                        .map(one -> match(table(chain), one.get("match")))
                                        .flatMap(NftReader::named)
                                        .toList()))
                : Optional.empty();
    }

    private static Stream<Ports> named(Match match) {
        return match instanceof Match.To(List<Ports> ports, Match.Sense sense) && sense == IS
                ? ports.stream()
                : Stream.empty();
    }

    /** Whether a table is switched off, as nft(8) describes it; 1.0.6 writes but one letter. */
    private static boolean sleeps(Json table) {
        return table.get("flags")
                .items()
                .flatMap(flag -> flag.text().stream())
                .anyMatch(flag -> flag.equals("dormant") || flag.equals("d"));
    }

    private static String table(Json object) {
        return name(object, "table");
    }

    private static String name(Json object, String... members) {
        return Stream.concat(Stream.of("family"), Stream.of(members))
                .map(member -> object.get(member).text().orElse(""))
                .collect(Collectors.joining(" "));
    }

    private void keepSet(Json set) {
        set.get("name").text().ifPresent(name -> sets.put(table(set) + " @" + name, set));
    }

    private void keepLine(Json rule) {
        OptionalInt handle = rule.get("handle").number();
        if (handle.isPresent()) {
            String chain = rule.get("chain").text().orElse("");
            Place place =
                    new Place.Nft(
                            rule.get("family").text().orElse(""),
                            rule.get("table").text().orElse(""),
                            chain,
                            handle.getAsInt());
            List<Json> expressions = rule.get("expr").items().toList();
            List<Match> matches =
                    expressions.stream()
                            .filter(expression -> expression.has("match"))
                            .map(match -> match(table(rule), match.get("match")))
                            .toList();
            List<Action> actions =
                    expressions.stream().flatMap(one -> action(table(rule), one).stream()).toList();
            List<Chain.Line> kept =
                    lines.computeIfAbsent(table(rule) + " " + chain, _ -> new ArrayList<>());
            kept.add(new Chain.Line(place, matches, actions));
            expressions.stream()
                    .filter(expression -> expression.has("vmap"))
                    .flatMap(map -> verdicts(table(rule), map.get("vmap")))
                    .map(verdict ->
                            new Chain.Line(
                                    place,
                                    Stream.concat(matches.stream(), verdict.matches().stream())
                                            .toList(),
                                    verdict.actions()))
                    .forEach(kept::add);
        }
    }

    /** What a verdict map wants, and does with what fits. */
    private record Verdict(List<Match> matches, List<Action> actions) {}

    private Stream<Verdict> verdicts(String table, Json map) {
        return values(table, map.get("data"))
                .map(pair -> pair.items().toList())
                .filter(pair -> pair.size() == 2)
                .map(pair ->
                        new Verdict(
                                List.of(match(table, map.get("key"), IS, pair.getFirst())),
                                action(table, pair.getLast()).stream().toList()));
    }

    private Chain chain(Json chain) {
        String name = table(chain) + " " + chain.get("name").text().orElse("");
        return new Chain(
                name,
                chain.get("hook")
                        .text()
                        .flatMap(hook -> hook(hook, chain.get("type").text().orElse(""))),
                Family.ofTable(chain.get("family").text().orElse("")),
                lines.getOrDefault(name, List.of()));
    }

    private static Optional<Hook> hook(String name, String type) {
        return switch (name) {
            case "prerouting" -> Optional.of(Hook.ARRIVING);
            case "output" -> Optional.of(type.equals("filter") ? Hook.OWN_ON_ITS_WAY : Hook.OWN);
            default -> Optional.empty();
        };
    }

    private Match match(String table, Json match) {
        Match.Sense sense = match.get("op").text().orElse("").equals("!=") ? IS_NOT : IS;
        return match(table, match.get("left"), sense, match.get("right"));
    }

    private Match match(String table, Json left, Match.Sense sense, Json values) {
        List<Json> right = values(table, values).toList();
        if (left.has("&")) {
            List<Json> masked = left.get("&").items().toList();
            OptionalInt mask = masked.getLast().number();
            return key(masked.getFirst()).equals("mark") && mask.isPresent()
                    ? new Match.Marked(marks(right, mask.getAsInt()), sense)
                    : new Match.Other();
        }
        if (left.get("payload").get("protocol").text().orElse("").equals("udp")) {
            return new Match.NotTcp();
        }
        if (left.get("payload").get("field").text().orElse("").equals("dport")) {
            return new Match.To(right.stream().flatMap(NftReader::ports).toList(), sense);
        }
        return switch (key(left)) {
            case "iifname", "iif" -> new Match.In(texts(right), sense);
            case "mark" -> new Match.Marked(marks(right, -1), sense);
            case "skuid" -> new Match.User(texts(right), sense);
            case "skgid" -> new Match.Group(texts(right), sense);
            case "l4proto" ->
                    texts(right).stream().anyMatch(TCP::contains) == (sense == IS)
                            ? new Match.Tcp()
                            : new Match.NotTcp();
            case "nfproto" ->
                    texts(right).stream()
                            .flatMap(name -> Family.named(name).stream())
                            .findFirst()
                            .<Match>map(family -> new Match.Version(family, sense))
                            .orElse(new Match.Other());
            default -> new Match.Other();
        };
    }

    private static String key(Json left) {
        return left.get("meta").get("key").text().orElse("");
    }

    /** The values that a match names: one, some in braces, or those of a set with a name. */
    private Stream<Json> values(String table, Json right) {
        String text = right.text().orElse("");
        if (text.startsWith("@")) {
            Json set = sets.get(table + " " + text);
            return set == null ? Stream.empty() : set.get("elem").items().map(NftReader::bare);
        }
        return right.has("set") ? right.get("set").items().map(NftReader::bare) : right.items();
    }

    /** An element without its comment or counter. */
    private static Json bare(Json element) {
        return element.has("elem") ? element.get("elem").get("val") : element;
    }

    private static Set<String> texts(List<Json> values) {
        return values.stream()
                .flatMap(value -> value.text().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<Mark> marks(List<Json> values, int mask) {
        return values.stream()
                .map(Json::number)
                .filter(OptionalInt::isPresent)
                .map(number -> new Mark(number.getAsInt(), mask))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<Ports> ports(Json value) {
        List<Json> ends = value.get("range").items().toList();
        OptionalInt first = ends.isEmpty() ? value.number() : ends.getFirst().number();
        OptionalInt last = ends.isEmpty() ? first : ends.getLast().number();
        return first.isPresent() && last.isPresent()
                ? Stream.of(new Ports(first.getAsInt(), last.getAsInt()))
                : Stream.empty();
    }

    private static Optional<Action> action(String table, Json expression) {
        if (expression.has("redirect")) {
            return bring(Means.REDIRECT, expression.get("redirect"));
        }
        if (expression.has("dnat")) {
            return expression.get("dnat").get("addr").text().isPresent()
                    ? bring(Means.DNAT, expression.get("dnat"))
                    : Optional.empty();
        }
        if (expression.has("tproxy")) {
            return bring(Means.TPROXY, expression.get("tproxy"));
        }
        if (expression.has("jump") || expression.has("goto")) {
            Json to = expression.has("jump") ? expression.get("jump") : expression.get("goto");
            return to.get("target").text().map(name -> new Action.Jump(table + " " + name));
        }
        if (key(expression.get("mangle").get("key")).equals("mark")) {
            return markSet(expression.get("mangle").get("value"));
        }
        return Stream.of("accept", "return", "drop", "reject").anyMatch(expression::has)
                ? Optional.of(new Action.Stop())
                : Optional.empty();
    }

    private static Optional<Action> bring(Means means, Json to) {
        OptionalInt port = to.get("port").number();
        Optional<InetAddress> address = to.get("addr").text().flatMap(IpLiteral::parse);
        Set<Family> families =
                address.map(Family::of)
                        .or(() -> to.get("family").text().flatMap(Family::named))
                        .map(Set::of)
                        .orElse(Set.of(Family.values()));
        return port.isPresent()
                ? Optional.of(new Action.Bring(means, address, port.getAsInt(), families))
                : Optional.empty();
    }

    /** A number, or bits that are added to what is there. */
    private static Optional<Action> markSet(Json value) {
        Optional<Json> bits =
                Stream.of("|", "^")
                        .filter(value::has)
                        .flatMap(operator -> value.get(operator).items())
                        .reduce((_, second) -> second);
        OptionalInt mark = bits.orElse(value).number();
        return mark.isPresent()
                ? Optional.of(new Action.SetMark(mark.getAsInt()))
                : Optional.empty();
    }
}
