package conduit.doctor.rules;

import conduit.doctor.ask.Json;
import conduit.tproxy.Ours;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a canary has put into nftables, and takes away again unless it is killed.
 *
 * @param pid the process that sent it
 * @param says what it is, for a sentence
 * @param removal the command of nft(8) that takes it away
 */
public record Leftover(long pid, String says, String removal) {

    private static final String TABLE = "conduit_canary_";
    private static final String DEVICE = "canary-";

    private static final Pattern TABLE_OF = Pattern.compile(TABLE + "(\\d{1,10})");
    private static final Pattern DEVICE_OF = Pattern.compile(DEVICE + "(\\d{1,7})");

    /** The table of this process's canary, with its family. */
    public static String table(long pid) {
        return "inet " + TABLE + pid;
    }

    /** Its interface: a name must be shorter than 16 characters (netdevice(7)). */
    public static String device(long pid) {
        return DEVICE + pid;
    }

    /** Whether an interface is a canary's, of the dead or of the living. */
    public static boolean isDevice(String name) {
        return DEVICE_OF.matcher(name).matches();
    }

    /** The command of nft(8) that adds the interface to conduit's set, or deletes it. */
    public static String element(String verb, String device) {
        return "%s element %s %s { \"%s\" }"
                .formatted(verb, Ours.TABLE, Ours.IN_INTERFACES, device);
    }

    /** Those among the objects of {@code nft -j list ruleset}, of the dead and of the living. */
    static List<Leftover> among(List<Json> objects) {
        return objects.stream()
                .flatMap(object ->
                        Stream.concat(table(object.get("table")), elements(object.get("set"))))
                .toList();
    }

    private static Stream<Leftover> table(Json table) {
        Matcher name = TABLE_OF.matcher(table.get("name").text().orElse(""));
        if (!name.matches()) {
            return Stream.empty();
        }
        String of = table(Long.parseLong(name.group(1)));
        return Stream.of(
                new Leftover(Long.parseLong(name.group(1)), "table " + of, "delete table " + of));
    }

    private static Stream<Leftover> elements(Json set) {
        return NftMatches.table(set).equals(Ours.TABLE)
                        && set.get("name").text().orElse("").equals(Ours.IN_INTERFACES)
                ? set.get("elem")
                        .items()
                        .flatMap(name -> name.text().stream())
                        .map(DEVICE_OF::matcher)
                        .filter(Matcher::matches)
                        .map(name ->
                                new Leftover(
                                        Long.parseLong(name.group(1)),
                                        name.group() + " in set " + Ours.IN_INTERFACES,
                                        element("delete", name.group())))
                : Stream.empty();
    }
}
