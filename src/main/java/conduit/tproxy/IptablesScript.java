package conduit.tproxy;

import conduit.config.interception.Interception;
import conduit.config.interception.RulesTask.Dialect;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a script for sh that installs the rules with iptables, ip6tables and ip. */
final class IptablesScript {

    private IptablesScript() {}

    /** What is asked for; the last line ends with a newline. */
    static String of(Interception asked) {
        return asked.scope().families().stream()
                        .map(family -> rules(new IptablesRules(asked, family)))
                        .collect(
                                Collectors.joining(
                                        "",
                                        ScriptText.beginning(asked, Dialect.IPTABLES)
                                                + ScriptText.routes(asked),
                                        ""))
                + ScriptText.removal(
                        asked,
                        asked.scope().families().stream()
                                .flatMap(family -> removal(new IptablesRules(asked, family))));
    }

    private static String rules(IptablesRules rules) {
        return "\n"
                + ScriptText.comment(
                        Stream.of(
                                "The rules for "
                                        + switch (rules.family()) {
                                            case IPV4 -> "IPv4";
                                            case IPV6 -> "IPv6";
                                        }
                                        + ", in chains of their own: all of them or, after a mistake, none. In each",
                                "chain what is left alone comes first."))
                + rules.program()
                + "-restore -w --noflush <<'END'\n"
                + rules.text()
                + "END\n"
                + rules.jumps().map(IptablesScript::unlessThere).collect(Collectors.joining());
    }

    private static String unlessThere(IptablesRules.Jump jump) {
        return jump.command("-C") + " 2>/dev/null ||\n    " + jump.command("-A") + "\n";
    }

    private static Stream<String> removal(IptablesRules rules) {
        Stream<String> jumps = rules.jumps().map(jump -> jump.command("-D"));
        return Stream.concat(jumps, rules.chainRemovals());
    }
}
