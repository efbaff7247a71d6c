package conduit.policy;

import conduit.address.PortRange;
import conduit.config.rules.Rule;
import java.util.List;

/**
 * In which respects other than its destinations a rule matches.
 *
 * @param from the rule's clients; anybody when empty
 */
record Terms(Rule rule, NetworkTree from) {

    /**
     * Whether they match.
     *
     * @param high of the client's address
     * @param low of the client's address
     */
    boolean fit(Access access, long high, long low) {
        return (rule.inbounds().isEmpty() || rule.inbounds().contains(access.inbound()))
                && hasPort(access.destination().port())
                && (rule.users().isEmpty()
                        || (access.user().isPresent()
                                && rule.users().contains(access.user().get())))
                && (from.isEmpty() || from.holds(high, low));
    }

    private boolean hasPort(int port) {
        List<PortRange> ports = rule.ports();
        if (ports.isEmpty()) {
            return true;
        }
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).contains(port)) {
                return true;
            }
        }
        return false;
    }
}
