package conduit.doctor.rules;

import static conduit.doctor.rules.Match.Sense.IS;

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

    private final NftMatches matches = new NftMatches();
    private final Map<String, List<Chain.Line>> lines = new HashMap<>();

    private NftReader() {}

    /** The rules of all tables. */
    public static Ruleset read(Json said) {
        return read(said, List.of());
    }

    /** The same where some sets were listed by themselves. */
    public static Ruleset read(Json said, List<Json> listed) {
        NftReader reader = new NftReader();
        List<Json> objects =
                Stream.concat(Stream.of(said), listed.stream())
                        .flatMap(one -> one.get("nftables").items())
                        .toList();
        objects.forEach(object -> reader.matches.keepSet(object.get("set")));
        objects.forEach(object -> reader.matches.keepSet(object.get("map")));
        objects.forEach(object -> reader.keepLine(object.get("rule")));
        Set<String> dormant =
                objects.stream()
                        .map(object -> object.get("table"))
                        .filter(NftReader::sleeps)
                        .map(table -> name(table, table.get("name")))
                        .collect(Collectors.toSet());
        Map<Boolean, List<Json>> chains =
                objects.stream()
                        .map(object -> object.get("chain"))
                        .filter(chain -> chain.has("name"))
                        .collect(
                                Collectors.partitioningBy(
                                        chain -> dormant.contains(NftMatches.table(chain))));
        List<Json> awake = chains.getOrDefault(false, List.of());
        return Ruleset.of(awake.stream().map(reader::chain).toList())
                .besides(
                        chains.getOrDefault(true, List.of()).stream().map(reader::chain).toList(),
                        awake.stream().flatMap(chain -> reader.guard(chain, objects)).toList(),
                        Leftover.among(objects));
    }

    /** A chain that drops by its policy or in a rule of its own; where it jumps is not followed. */
    private Stream<Guard> guard(Json chain, List<Json> objects) {
        String name = chainName(chain, chain.get("name"));
        List<Json> rules =
                objects.stream()
                        .map(object -> object.get("rule"))
                        .filter(rule -> chainName(rule, rule.get("chain")).equals(name))
                        .toList();
        boolean drops =
                chain.get("policy").text().orElse("").equals("drop")
                        || rules.stream()
                                .flatMap(rule -> rule.get("expr").items())
                                .anyMatch(one -> one.has("drop") || one.has("reject"));
        return drops && chain.get("hook").text().orElse("").equals("input")
                ? Stream.of(
                        new Guard(
                                name,
                                rules.stream()
                                        .filter(rule ->
                                                rule.get("expr")
                                                        .items()
                                                        .anyMatch(one -> one.has("accept")))
                                        .flatMap(rule -> matches.of(rule).stream())
                                        .flatMap(NftReader::named)
                                        .toList(),
                                lines.getOrDefault(name, List.of())))
                : Stream.empty();
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

    private static String name(Json table, Json name) {
        return table.get("family").text().orElse("") + " " + name.text().orElse("");
    }

    private static String chainName(Json object, Json chain) {
        return NftMatches.table(object) + " " + chain.text().orElse("");
    }

    private void keepLine(Json rule) {
        OptionalInt handle = rule.get("handle").number();
        if (handle.isPresent()) {
            Place place =
                    new Place.Nft(
                            rule.get("family").text().orElse(""),
                            rule.get("table").text().orElse(""),
                            rule.get("chain").text().orElse(""),
                            handle.getAsInt());
            String table = NftMatches.table(rule);
            List<Json> expressions = rule.get("expr").items().toList();
            List<Match> wanted = matches.of(rule);
            List<Action> actions =
                    expressions.stream().flatMap(one -> action(table, one).stream()).toList();
            List<Chain.Line> kept =
                    lines.computeIfAbsent(
                            chainName(rule, rule.get("chain")), _ -> new ArrayList<>());
            kept.add(new Chain.Line(place, wanted, actions));
            expressions.stream()
                    .filter(expression -> expression.has("vmap"))
                    .flatMap(map -> verdicts(table, map.get("vmap")))
                    .map(verdict ->
                            new Chain.Line(
                                    place,
                                    Stream.concat(wanted.stream(), verdict.matches().stream())
                                            .toList(),
                                    verdict.actions()))
                    .forEach(kept::add);
        }
    }

    /** What a verdict map wants, and does with what fits. */
    private record Verdict(List<Match> matches, List<Action> actions) {}

    private Stream<Verdict> verdicts(String table, Json map) {
        return matches.values(table, map.get("data"))
                .map(pair -> pair.items().toList())
                .filter(pair -> pair.size() == 2)
                .map(pair ->
                        new Verdict(
                                matches.of(table, map.get("key"), IS, pair.getFirst()).toList(),
                                action(table, pair.getLast()).stream().toList()));
    }

    private Chain chain(Json chain) {
        String name = chainName(chain, chain.get("name"));
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
        if (NftMatches.key(expression.get("mangle").get("key")).equals("mark")) {
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
