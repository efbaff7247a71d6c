package conduit.tproxy;

import conduit.config.interception.Exemption;
import conduit.config.interception.Interception;
import conduit.config.interception.Means;
import conduit.config.interception.OwnConnections;
import conduit.config.interception.RulesTask.Dialect;
import conduit.config.interception.Scope.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the scripts for sh have in common: beginning, routes, and how all is taken away again. */
final class ScriptText {

    private ScriptText() {}

    /** What the script does, in comments, and that it ends with the first failure. */
    static String beginning(Interception asked, Dialect dialect) {
        List<String> lines = new ArrayList<>();
        lines.add(
                "Brings TCP connections to the listener of: conduit --tproxy-listen="
                        + listener(asked));
        if (asked.takesForwarded()) {
            lines.add(
                    "- those that arrive at "
                            + String.join(", ", asked.arrivingAt())
                            + " and that this machine forwards");
        }
        asked.own().ifPresent(own -> lines.addAll(own(own)));
        lines.add(WhileDown.sentence(asked, dialect));
        switch (asked.means()) {
            case Means.Redirect() -> {}
            case Means.Tproxy _ ->
                    lines.add(
                            "Connections that are open when these rules come break off; new ones are carried.");
        }
        lines.add("To be run by root; run again, it changes nothing.");
        return comment(lines.stream()).replaceFirst("^", "#!/bin/sh\n") + "set -e\n";
    }

    private static String listener(Interception asked) {
        String all = asked.scope().families().equals(List.of(Family.IPV4)) ? "0.0.0.0" : "[::]";
        return all + ":" + asked.port();
    }

    private static List<String> own(OwnConnections own) {
        String where =
                own.leavingBy().isEmpty()
                        ? ""
                        : " that leave by " + String.join(", ", own.leavingBy());
        List<String> lines = new ArrayList<>();
        lines.add("- those of this machine itself" + where + ", but not conduit's own, known by:");
        own.exemptions().forEach(exemption -> lines.add("    " + text(exemption)));
        return lines;
    }

    private static String text(Exemption exemption) {
        return switch (exemption) {
            case Exemption.OfMark(var mark) -> "mark " + mark + " (conduit --fwmark=" + mark + ")";
            case Exemption.OfUser(String user) -> "user " + user + ", as whom conduit must run";
            case Exemption.OfGroup(String group) ->
                    "group " + group + ", in which conduit must run";
        };
    }

    /** What ip has to do first; nothing with redirect. */
    static String routes(Interception asked) {
        List<PolicyLine> lines = PolicyLine.of(asked);
        return lines.isEmpty()
                ? ""
                : "\n"
                        + comment(
                                Stream.of(
                                        "When a command fails before the rules are changed, the routes it has added are taken away."))
                        + UNDOING
                        + "\n"
                        + comment(
                                Stream.of(
                                        "A packet with the mark is delivered to this machine, whatever its destination. What",
                                        "is conduit's is known by the number of a routing protocol."))
                        + lines.stream().map(ScriptText::unlessThere).collect(Collectors.joining());
    }

    private static final String UNDOING =
            """
            undo=
            trap 'eval "$undo"' EXIT
            trap 'exit 1' HUP INT TERM
            add() {
                ip "$1" "$2" add $3
                undo="ip $1 $2 del $3; $undo"
            }
            """;

    private static String unlessThere(PolicyLine line) {
        return "ip -N %s | grep -q '%s' ||\n    add %s %s '%s'\n"
                .formatted(
                        line.list(),
                        line.pattern(),
                        PolicyLine.flag(line.family()),
                        line.kind().object,
                        line.arguments());
    }

    /** From here on a signal waits: rules without the routes lose every packet. */
    static String signalsWait(Interception asked) {
        return PolicyLine.of(asked).isEmpty() ? "" : "\ntrap '' HUP INT TERM\n";
    }

    /** From here on the routes stay. */
    static String noUndoing(Interception asked) {
        return PolicyLine.of(asked).isEmpty() ? "" : "undo=\n";
    }

    /** Comments about how to take everything away; the given commands do it for the firewall. */
    static String removal(Interception asked, Stream<String> firewall) {
        Stream<String> routes =
                PolicyLine.of(asked).isEmpty()
                        ? Stream.empty()
                        : flushes(asked).map(command -> "ip " + command);
        return "\n"
                + comment(
                        Stream.of(
                                        Stream.of("To take all of this away again:"),
                                        Stream.concat(firewall, routes).map(line -> "    " + line))
                                .flatMap(lines -> lines));
    }

    private static Stream<String> flushes(Interception asked) {
        return asked.scope().families().stream()
                .flatMap(family -> PolicyLine.flushes(family).stream());
    }

    /** Each line as a comment. */
    static String comment(Stream<String> lines) {
        return lines.map(line -> "# " + line + "\n").collect(Collectors.joining());
    }
}
