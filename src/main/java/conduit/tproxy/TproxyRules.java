package conduit.tproxy;

import conduit.config.interception.Interception;
import conduit.config.interception.RulesTask;
import conduit.config.interception.RulesTask.Dialect;

/** Carries out {@code conduit tproxy rules}. */
public final class TproxyRules {

    private TproxyRules() {}

    /** Does what is asked for, and answers with what is to be printed. */
    public static String carryOut(RulesTask task) throws CannotInstallException {
        return switch (task) {
            case RulesTask.Print(Interception asked, Dialect dialect) ->
                    switch (dialect) {
                        case NFTABLES -> NftScript.of(asked);
                        case IPTABLES -> IptablesScript.of(asked);
                    };
            case RulesTask.Apply(Interception asked) -> {
                Installation.here().apply(asked);
                yield "Installed. " + WhileDown.sentence(asked, Dialect.NFTABLES) + "\n";
            }
            case RulesTask.Remove() -> {
                Installation.here().remove();
                yield "Nothing of conduit's is left.\n";
            }
        };
    }
}
