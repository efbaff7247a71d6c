package conduit.config.rules;

import java.util.List;

/**
 * All rules, the first that matches decides, and what becomes of what none matches.
 *
 * @param otherwise {@link Action#ALLOW} or {@link Action#DENY}
 */
public record RuleSet(List<Rule> rules, Action otherwise) {

    /** Everybody may go everywhere. */
    public static final RuleSet NONE = new RuleSet(List.of(), Action.ALLOW);

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException when the default decides nothing
     */
    public RuleSet {
        rules = List.copyOf(rules);
        if (otherwise == Action.REPORT) {
            throw new IllegalArgumentException("a default must allow or deny");
        }
    }
}
