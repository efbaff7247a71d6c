package conduit.policy;

import conduit.config.rules.Rule;
import java.util.Optional;

/**
 * What the policy says to an access, and why.
 *
 * @param wouldDeny the rule to be reported that would have denied it, had it not been a rehearsal
 */
public record Decision(Verdict verdict, Optional<Rule> wouldDeny) {

    /** Yes or no. */
    public sealed interface Verdict {

        /**
         * Yes.
         *
         * @param by the rule that decided; the default when empty
         */
        record Allowed(Optional<Rule> by) implements Verdict {}

        /**
         * No.
         *
         * @param by the rule that decided; the default when empty
         */
        record Denied(Optional<Rule> by) implements Verdict {}

        /**
         * No, since its address is special-purpose.
         *
         * @param block the block it is in, for people: {@code 169.254.0.0/16 (link-local)}
         */
        record Guarded(String block) implements Verdict {}
    }

    /** Whether the verdict is yes. */
    public boolean allows() {
        return verdict instanceof Verdict.Allowed;
    }
}
