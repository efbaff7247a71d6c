package conduit.tproxy;

import conduit.config.Fwmark;
import conduit.config.interception.Interception;
import conduit.config.interception.Means;
import conduit.config.interception.Scope.Family;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One of the two lines that TPROXY takes beside the firewall's rules, for each version of IP:
 * packets with the mark use a table of their own (ip-rule(8)), and there every destination is this
 * machine (ip-route(8)). Both bear the number of a routing protocol that nobody else has, so that
 * they are known again.
 *
 * @param selector what tells it from conduit's others, in the words of ip
 */
record PolicyLine(Family family, Kind kind, String selector) {

    private static final Pattern SHOWN_RULE =
            Pattern.compile(
                    "^%d:.* fwmark (0x[0-9a-f]+) lookup (\\d+).* proto %d *$"
                            .formatted(Ours.PRIORITY, Ours.PROTOCOL),
                    Pattern.MULTILINE);

    private static final Pattern SHOWN_ROUTE =
            Pattern.compile("^\\S+ default dev lo .*?table (\\d+)", Pattern.MULTILINE);

    /** Which list of the kernel it is in. */
    enum Kind {
        RULE("rule", "rule show"),
        ROUTE("route", "route show table all proto " + Ours.PROTOCOL);

        /** What ip calls one. */
        final String object;

        /** What makes ip show those that may be conduit's, and perhaps more. */
        final String show;

        Kind(String object, String show) {
            this.object = object;
            this.show = show;
        }
    }

    /** Those that are needed; none with redirect. */
    static List<PolicyLine> of(Interception asked) {
        return switch (asked.means()) {
            case Means.Redirect() -> List.of();
            case Means.Tproxy(Fwmark mark, int table, var _) ->
                    asked.scope().families().stream()
                            .flatMap(family ->
                                    Stream.of(rule(family, mark, table), route(family, table)))
                            .toList();
        };
    }

    /** Conduit's among those that {@code ip -N} shows. */
    static List<PolicyLine> shown(Family family, Kind kind, String output) {
        return switch (kind) {
            case RULE ->
                    SHOWN_RULE
                            .matcher(output)
                            .results()
                            .map(rule -> shownRule(family, rule))
                            .toList();
            case ROUTE ->
                    SHOWN_ROUTE
                            .matcher(output)
                            .results()
                            .map(route -> route(family, Integer.parseInt(route.group(1))))
                            .toList();
        };
    }

    private static PolicyLine shownRule(Family family, MatchResult rule) {
        return rule(
                family,
                new Fwmark(Integer.parseUnsignedInt(rule.group(1).substring(2), 16)),
                Integer.parseInt(rule.group(2)));
    }

    private static PolicyLine rule(Family family, Fwmark mark, int table) {
        return new PolicyLine(family, Kind.RULE, "fwmark %s lookup %d".formatted(mark, table));
    }

    private static PolicyLine route(Family family, int table) {
        return new PolicyLine(family, Kind.ROUTE, "table " + table);
    }

    /** What follows {@code ip} to make it so. */
    String add() {
        return changing("add");
    }

    /** What follows {@code ip} to undo that. */
    String delete() {
        return changing("del");
    }

    private String changing(String verb) {
        return String.join(" ", flag(family), kind.object, verb, arguments());
    }

    /** What follows {@code add} or {@code del}. */
    String arguments() {
        return switch (kind) {
            case RULE ->
                    "priority %d %s protocol %d".formatted(Ours.PRIORITY, selector, Ours.PROTOCOL);
            case ROUTE -> "local default dev lo %s proto %d".formatted(selector, Ours.PROTOCOL);
        };
    }

    /** What follows {@code ip -N} to list those among which it may be. */
    String list() {
        return flag(family) + " " + kind.show;
    }

    /** The basic regular expression by which it is known in that list. */
    String pattern() {
        return switch (kind) {
            case RULE -> " %s proto %d *$".formatted(selector, Ours.PROTOCOL);
            case ROUTE -> " " + selector + " ";
        };
    }

    /** What of sed(1) turns any of conduit's in that list into its selector. */
    String selecting() {
        return switch (kind) {
            case RULE ->
                    "s/^%d:.* \\(fwmark 0x[0-9a-f]* lookup [0-9]*\\) proto %d *$/\\1/p"
                            .formatted(Ours.PRIORITY, Ours.PROTOCOL);
            case ROUTE -> "s/^[a-z0-9]* default dev lo .*\\(table [0-9]*\\) .*/\\1/p";
        };
    }

    /** What follows {@code ip} to take away all that are conduit's, of both kinds. */
    static List<String> flushes(Family family) {
        return List.of(
                flag(family) + " rule flush protocol " + Ours.PROTOCOL,
                flag(family) + " route flush table all proto " + Ours.PROTOCOL);
    }

    /** The flag of ip that chooses a version of IP. */
    static String flag(Family family) {
        return switch (family) {
            case IPV4 -> "-4";
            case IPV6 -> "-6";
        };
    }
}
