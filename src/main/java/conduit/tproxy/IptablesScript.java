package conduit.tproxy;

import conduit.config.interception.Interception;
import conduit.config.interception.RulesTask.Dialect;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes a script for sh that installs the rules with iptables, ip6tables and ip. */
final class IptablesScript {

    private IptablesScript() {}

    /** What is asked for; the last line ends with a newline. */
    static String of(Interception asked) {
        List<IptablesRules> rules =
                asked.scope().families().stream()
                        .map(family -> new IptablesRules(asked, family))
                        .toList();
        return ScriptText.beginning(asked, Dialect.IPTABLES)
                + rules.stream().map(IptablesScript::written).collect(Collectors.joining())
                + "\n"
                + ScriptText.comment(
                        Stream.of(
                                "Whether all of them can be installed, before anything is changed."))
                + rules.stream().map(one -> restore(one, "--test ")).collect(Collectors.joining())
                + ScriptText.routes(asked)
                + ScriptText.signalsWait(asked)
                // Half of the rules with the routes carry more than all of them without.
                + ScriptText.noUndoing(asked)
                + "\n"
                + rules.stream().map(IptablesScript::installed).collect(Collectors.joining())
                + EarlierRules.beside(rules.stream(), asked)
                + ScriptText.removal(asked, rules.stream().flatMap(IptablesScript::removal));
    }

    private static String written(IptablesRules rules) {
        return "\n"
                + ScriptText.comment(
                        Stream.of(
                                "The rules for "
                                        + switch (rules.family()) {
                                            case IPV4 -> "IPv4";
                                            case IPV6 -> "IPv6";
                                        }
                                        + ", in chains of their own. In each chain what is left alone comes first."))
                + rules.family()
                + "() { cat <<'END'\n"
                + rules.text()
                + "END\n}\n";
    }

    private static String restore(IptablesRules rules, String option) {
        return "%s | %s-restore -w --noflush %s\n"
                .formatted(rules.family(), rules.program(), option)
                .replace(" \n", "\n");
    }

    private static String installed(IptablesRules rules) {
        return restore(rules, "")
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
