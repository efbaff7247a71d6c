package conduit.doctor.canary;

import conduit.doctor.check.Finding;
import conduit.doctor.rules.Family;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where on its way a canary was lost, and which checks can know the cause of that. */
enum Loss {
    /** Nothing was counted. */
    UNSEEN,

    /** In front of all rules. */
    BEFORE_THE_RULES,

    /** The rule did not take it, and nobody saw it again. */
    AT_THE_RULE,

    /** The rule did not take it, and it left this machine. */
    PAST_THE_RULE,

    /** The rule marked it, and it left this machine nevertheless. */
    ASTRAY,

    /** The rule took it, and it was not delivered. */
    BEHIND_THE_RULE,

    /** It was delivered to this machine. */
    AT_THE_LISTENER;

    // The checks, by their names without the version of IP.

    /** TPROXY takes nothing without a transparent listener; a full conntrack drops first. */
    private static final Set<String> OF_RULES =
            Set.of(
                    "rules",
                    "kernel",
                    "mark",
                    "conntrack",
                    "listener",
                    "address",
                    "transparent",
                    "capability");

    private static final Set<String> OF_ROUTES =
            Set.of("rule", "route", "mark", "own-route", "src_valid_mark", "route_localnet");

    private static final Set<String> OF_THE_LISTENER = Set.of("listener", "address");

    /** As the counts tell it of one that was not answered, or refused. */
    static Loss of(Optional<Counts> counts) {
        if (counts.isEmpty()) {
            return UNSEEN;
        }
        Counts on = counts.get();
        if (on.sent() == 0) {
            return BEFORE_THE_RULES;
        }
        if (on.passed() > 0) {
            return on.caught() == 0 ? PAST_THE_RULE : ASTRAY;
        }
        if (on.caught() == 0 && on.delivered() == 0) {
            return AT_THE_RULE;
        }
        return on.delivered() == 0 ? BEHIND_THE_RULE : AT_THE_LISTENER;
    }

    /** What mends the first failure that can be the cause, for this version of IP. */
    Optional<String> mend(List<Finding> known, Family family) {
        return known.stream()
                .filter(finding -> canBeTheCause(finding, family))
                .filter(Finding.Fail.class::isInstance)
                .map(finding -> ((Finding.Fail) finding).mend())
                .findFirst();
    }

    private boolean canBeTheCause(Finding finding, Family family) {
        String name = finding.check().replaceFirst("-" + family.suffix() + "$", "");
        return switch (this) {
            case UNSEEN -> OF_RULES.contains(name) || OF_ROUTES.contains(name);
            case BEFORE_THE_RULES -> false;
            case AT_THE_RULE, PAST_THE_RULE -> OF_RULES.contains(name);
            case ASTRAY, BEHIND_THE_RULE -> OF_ROUTES.contains(name);
            case AT_THE_LISTENER -> OF_THE_LISTENER.contains(name);
        };
    }
}
