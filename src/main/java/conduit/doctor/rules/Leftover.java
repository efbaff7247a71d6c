package conduit.doctor.rules;

import conduit.doctor.ask.Json;
import conduit.tproxy.Ours;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a canary has put into nftables, and takes away again unless it is killed.
 *
 * @param tag whose it is
 * @param says what it is, for a sentence
 * @param removal the command of nft(8) that takes it away
 */
public record Leftover(Tag tag, String says, String removal) {

    /** Those among the objects of {@code nft -j list ruleset}, of the dead and of the living. */
    static List<Leftover> among(List<Json> objects) {
        return objects.stream()
                .flatMap(object ->
                        Stream.concat(table(object.get("table")), elements(object.get("set"))))
                .toList();
    }

    private static Stream<Leftover> table(Json table) {
        return Tag.ofTable(table.get("name").text().orElse("")).stream()
                .map(tag ->
                        new Leftover(tag, "table " + tag.table(), "delete table " + tag.table()));
    }

    private static Stream<Leftover> elements(Json set) {
        return NftMatches.table(set).equals(Ours.TABLE)
                        && set.get("name").text().orElse("").equals(Ours.IN_INTERFACES)
                ? set.get("elem")
                        .items()
                        .filter(Leftover::isElement)
                        .flatMap(element -> element.get("elem").get("val").text().stream())
                        .flatMap(name -> Tag.ofDevice(name).stream())
                        .map(tag ->
                                new Leftover(
                                        tag,
                                        tag.device() + " in set " + Ours.IN_INTERFACES,
                                        tag.deleting()))
                : Stream.empty();
    }

    /** Whether an element of a set is a canary's. */
    static boolean isElement(Json element) {
        return element.get("elem").get("comment").text().orElse("").equals(Tag.COMMENT);
    }
}
