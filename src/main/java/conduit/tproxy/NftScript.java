package conduit.tproxy;

import conduit.config.interception.Interception;
import conduit.config.interception.RulesTask.Dialect;
import java.util.stream.Stream;

/** Writes a script for sh that installs the rules with nft and ip. */
final class NftScript {

    private NftScript() {}

    /** What is asked for; the last line ends with a newline. */
    static String of(Interception asked) {
        return ScriptText.beginning(asked, Dialect.NFTABLES)
                + ScriptText.routes(asked)
                + ScriptText.signalsWait(asked)
                + "\n"
                + ScriptText.comment(
                        Stream.of(
                                "The rules, in a table of their own: all of it or, after a mistake, nothing. The first",
                                "two lines take an earlier one away. In each chain what is left alone comes first."))
                + "nft -f - <<'END'\n"
                + NftTable.of(asked)
                + "END\n"
                + ScriptText.noUndoing(asked)
                + EarlierRules.besideNft(asked)
                + ScriptText.removal(asked, Stream.of("nft delete table " + Ours.TABLE));
    }
}
