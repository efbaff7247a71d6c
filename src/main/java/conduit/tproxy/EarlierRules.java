package conduit.tproxy;

import conduit.config.interception.Interception;
import conduit.config.interception.Scope.Family;
import conduit.tproxy.PolicyLine.Kind;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes, for sh, how that is taken away which rules applied earlier have left and the new ones do
 * not need: they may have been for other means, or for another firewall program. It comes when the
 * new rules are in force.
 */
final class EarlierRules {

    /**
     * Prints arguments of iptables: first those that delete the jumps, then those that empty and
     * delete the chains. Chains are written {@code table/chain} in what is kept.
     */
    private static final String CHAINS =
            """
            clear_chains() {
                "$1-save" 2>/dev/null | awk -v kept=" $2 " '
                    /^[*]/ { table = substr($1, 2) }
                    { chain = /^:/ ? substr($1, 2) : $(NF - 1) == "-j" ? $NF : "" }
                    chain !~ /^PREFIX(CHAINS)$/ { next }
                    index(kept, " " table "/" chain " ") { next }
                    /^:/ { empty = empty "-t " table " -F " chain "\\n" }
                    /^:/ { remove = remove "-t " table " -X " chain "\\n" }
                    /^-A / && $2 !~ /^PREFIX/ { sub("^-A", "-D"); print "-t " table " " $0 }
                    END { printf "%s%s", empty, remove }' |
                    while read -r old; do "$1" -w $old; done
            }
            """
                    .replace("PREFIX", IptablesRules.PREFIX)
                    .replace("CHAINS", IptablesRules.allChains().collect(Collectors.joining("|")));

    private EarlierRules() {}

    /** What nft replaces in one transaction is not among it. */
    static String besideNft(Interception asked) {
        return heading() + routes(asked) + iptables();
    }

    /** What of iptables, as nothing of it is wanted any more. */
    static String iptables() {
        return CHAINS + "clear_chains iptables ''\nclear_chains ip6tables ''\n";
    }

    /** Beside these chains of iptables. */
    static String beside(Stream<IptablesRules> rules, Interception asked) {
        return heading()
                + routes(asked)
                + CHAINS
                + rules.map(EarlierRules::others).collect(Collectors.joining())
                + Stream.of(Family.values())
                        .filter(family -> !asked.scope().families().contains(family))
                        .map(family -> new IptablesRules(asked, family))
                        .map(none -> "clear_chains " + none.program() + " ''\n")
                        .collect(Collectors.joining())
                + "! nft list table %1$s >/dev/null 2>&1 || nft delete table %1$s\n"
                        .formatted(Ours.TABLE);
    }

    private static String others(IptablesRules rules) {
        return "clear_chains %s '%s'\n"
                .formatted(rules.program(), rules.names().collect(Collectors.joining(" ")));
    }

    private static String heading() {
        return "\n"
                + ScriptText.comment(
                        Stream.of("What earlier rules have left, and these do not need."));
    }

    private static String routes(Interception asked) {
        return Stream.of(Family.values())
                .flatMap(
                        family -> Stream.of(Kind.values()).map(kind -> others(asked, family, kind)))
                .collect(Collectors.joining());
    }

    private static String others(Interception asked, Family family, Kind kind) {
        Optional<String> kept =
                PolicyLine.of(asked).stream()
                        .filter(line -> line.family() == family && line.kind() == kind)
                        .map(line -> "/%s/d; ".formatted(line.pattern()))
                        .findFirst();
        PolicyLine old = new PolicyLine(family, kind, "$old");
        return "ip -N %s 2>/dev/null | sed -n '%s%s' |\n    while read -r old; do ip %s; done\n"
                .formatted(old.list(), kept.orElse(""), old.selecting(), old.delete());
    }
}
