package conduit.doctor.rules;

import static conduit.doctor.rules.Match.Sense.IS;
import static conduit.doctor.rules.Match.Sense.IS_NOT;

import conduit.doctor.ask.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads what the rules of nftables want of packets, also where they name a set. Pure. */
final class NftMatches {

    /** Where there is no /etc/protocols, as in small images of containers, nft says the number. */
    private static final Set<String> TCP = Set.of("tcp", "6");

    private static final Set<String> NOT_TCP =
            Set.of("udp", "udplite", "icmp", "icmpv6", "igmp", "sctp", "dccp", "esp", "ah");

    private final Map<String, Json> sets = new HashMap<>();

    /** Keeps a set or a map of verdicts; anything else has no name. */
    void keepSet(Json set) {
        set.get("name").text().ifPresent(name -> sets.put(table(set) + " @" + name, set));
    }

    /** {@code inet conduit} of a set, a chain or a rule. */
    static String table(Json object) {
        return object.get("family").text().orElse("") + " " + object.get("table").text().orElse("");
    }

    /** All matches of a rule. */
    List<Match> of(Json rule) {
        return rule.get("expr").items().flatMap(one -> of(table(rule), one)).toList();
    }

    private Stream<Match> of(String table, Json expression) {
        if (expression.has("xt")) {
            return Stream.of(new Match.Other("a match of iptables"));
        }
        Json match = expression.get("match");
        Match.Sense sense = match.get("op").text().orElse("").equals("!=") ? IS_NOT : IS;
        return expression.has("match")
                ? of(table, match.get("left"), sense, match.get("right"))
                : Stream.empty();
    }

    /** What it comes to that a value is one of these, or none of them. */
    Stream<Match> of(String table, Json left, Match.Sense sense, Json values) {
        List<Json> right = values(table, values).toList();
        Match match = of(left, sense, right);
        // A header of one version of IP is in its packets only.
        return match instanceof Match.Destination
                ? Stream.of(match)
                : Stream.concat(
                        Family.named(left.get("payload").get("protocol").text().orElse(""))
                                .map(family -> new Match.Version(family, IS))
                                .stream(),
                        Stream.of(match));
    }

    private static Match of(Json left, Match.Sense sense, List<Json> right) {
        if (left.has("&")) {
            List<Json> masked = left.get("&").items().toList();
            OptionalInt mask = masked.getLast().number();
            return key(masked.getFirst()).equals("mark") && mask.isPresent()
                    ? new Match.Marked(marks(right, mask.getAsInt()), sense)
                    : new Match.Other("masked bits");
        }
        if (left.has("payload")) {
            return ofPayload(left.get("payload"), sense, right);
        }
        // No connection is new to conntrack in another way, and none here goes to this machine.
        if (left.has("ct") || left.has("fib") || left.has("socket")) {
            String key = left.get("ct").get("key").text().orElse("");
            return key.contains("addr") ? new Match.Other("ct " + key) : new Match.Alike();
        }
        return left.has("meta") ? ofMeta(key(left), sense, right) : new Match.Other("other fields");
    }

    private static Match ofPayload(Json payload, Match.Sense sense, List<Json> right) {
        String protocol = payload.get("protocol").text().orElse("raw bytes");
        String field = payload.get("field").text().orElse("");
        if (NOT_TCP.contains(protocol)) {
            return new Match.NotTcp();
        }
        return switch (field) {
            case "dport" -> new Match.To(right.stream().flatMap(NftMatches::ports).toList(), sense);
            case "daddr" -> {
                List<Addresses> addresses =
                        right.stream().flatMap(value -> Addresses.read(value).stream()).toList();
                // A set whose elements were not listed is one of which nothing is known.
                yield addresses.isEmpty()
                        ? new Match.Other(protocol + " daddr")
                        : new Match.Destination(addresses, sense);
            }
            case "protocol", "nexthdr" -> ofProtocol(sense, right);
            case "flags" -> new Match.Alike();
            default -> new Match.Other((protocol + " " + field).strip());
        };
    }

    private static Match ofMeta(String key, Match.Sense sense, List<Json> right) {
        return switch (key) {
            case "iifname", "iif" -> new Match.In(texts(right), sense);
            case "oifname", "oif" ->
                    texts(right).equals(Set.of("lo")) ? new Match.Alike() : new Match.Other(key);
            case "mark" -> new Match.Marked(marks(right, -1), sense);
            case "skuid" -> new Match.User(texts(right), sense);
            case "skgid" -> new Match.Group(texts(right), sense);
            case "l4proto" -> ofProtocol(sense, right);
            case "nfproto" ->
                    texts(right).stream()
                            .flatMap(name -> Family.named(name).stream())
                            .findFirst()
                            .<Match>map(family -> new Match.Version(family, sense))
                            .orElse(new Match.Other(key));
            default -> new Match.Other(key);
        };
    }

    private static Match ofProtocol(Match.Sense sense, List<Json> right) {
        return texts(right).stream().anyMatch(TCP::contains) == (sense == IS)
                ? new Match.Tcp()
                : new Match.NotTcp();
    }

    /** The key of a value that belongs to the packet and is in none of its headers. */
    static String key(Json left) {
        return left.get("meta").get("key").text().orElse("");
    }

    /** The values that a match names: one, some in braces, or those of a set with a name. */
    Stream<Json> values(String table, Json right) {
        String text = right.text().orElse("");
        if (text.startsWith("@")) {
            Json set = sets.get(table + " " + text);
            return set == null
                    ? Stream.empty()
                    : set.get("elem")
                            .items()
                            .filter(element -> !Leftover.isElement(element))
                            .map(NftMatches::bare);
        }
        return right.has("set") ? right.get("set").items().map(NftMatches::bare) : right.items();
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
}
