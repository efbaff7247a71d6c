package conduit.doctor.rules;

import conduit.doctor.ask.Json;
import conduit.tproxy.Ours;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which sets of nftables have to be listed beside {@code nft -t list ruleset}, which leaves their
 * elements out: those of addresses may have hundreds of thousands, and take seconds. Pure.
 */
public final class NftSets {

    private static final Set<String> OF_ADDRESSES = Set.of("ipv4_addr", "ipv6_addr", "ether_addr");

    private NftSets() {}

    /**
     * What follows {@code nft list} for each that a rule names and {@link NftReader} understands,
     * such as {@code set inet conduit ports}. Those of addresses are only conduit's own.
     */
    public static List<String> toList(Json said) {
        List<Json> objects = said.get("nftables").items().toList();
        Set<String> named =
                objects.stream()
                        .map(object -> object.get("rule"))
                        .flatMap(NftSets::named)
                        .collect(Collectors.toSet());
        return Stream.of("set", "map")
                .flatMap(kind ->
                        objects.stream()
                                .map(object -> object.get(kind))
                                .filter(NftSets::isUnderstood)
                                .filter(set -> named.contains(name(set)))
                                .map(set -> kind + " " + name(set)))
                .toList();
    }

    private static Stream<String> named(Json rule) {
        return rule.get("expr")
                .items()
                .flatMap(one ->
                        Stream.of(one.get("match").get("right"), one.get("vmap").get("data")))
                .flatMap(value -> value.text().stream())
                .filter(text -> text.startsWith("@"))
                .map(text -> NftMatches.table(rule) + " " + text.substring(1));
    }

    /** Several values joined into one have a list of types. */
    private static boolean isUnderstood(Json set) {
        return set.get("type")
                .text()
                .filter(type ->
                        !OF_ADDRESSES.contains(type) || NftMatches.table(set).equals(Ours.TABLE))
                .isPresent();
    }

    private static String name(Json set) {
        return NftMatches.table(set) + " " + set.get("name").text().orElse("");
    }
}
