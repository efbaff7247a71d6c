package conduit.tproxy;

import conduit.config.interception.Interception;
import conduit.config.interception.Means;
import conduit.config.interception.RulesTask.Dialect;

/** Says in a sentence what happens to connections while nobody listens for them. */
final class WhileDown {

    private WhileDown() {}

    static String sentence(Interception asked, Dialect dialect) {
        return "While conduit is not running, these connections are "
                + switch (asked.means()) {
                    case Means.Redirect() -> "refused by the kernel.";
                    case Means.Tproxy tproxy -> byTproxy(tproxy, dialect);
                };
    }

    private static String byTproxy(Means.Tproxy tproxy, Dialect dialect) {
        return switch (dialect) {
            case IPTABLES -> "dropped: who opens one waits until he gives up.";
            case NFTABLES ->
                    switch (tproxy.whenDown()) {
                        case CLOSED -> "refused by a rule.";
                        case OPEN -> "not proxied: they go on to where they were going.";
                    };
        };
    }
}
