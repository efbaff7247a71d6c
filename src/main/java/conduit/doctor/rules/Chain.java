package conduit.doctor.rules;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A chain of a table, read from nftables or iptables.
 *
 * @param name with its table, so that a jump finds it
 * @param hook none where only other chains lead to it
 */
record Chain(String name, Optional<Hook> hook, Set<Family> families, List<Line> lines) {

    /** Copies the collections. */
    Chain {
        families = Set.copyOf(families);
        lines = List.copyOf(lines);
    }

    /** One rule of the chain, as it stands there. */
    record Line(Place place, List<Match> matches, List<Action> actions) {
        /** Copies the lists. */
        Line {
            matches = List.copyOf(matches);
            actions = List.copyOf(actions);
        }
    }
}
