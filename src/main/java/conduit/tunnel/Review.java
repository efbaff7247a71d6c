package conduit.tunnel;

import conduit.config.Inbound;
import conduit.config.rules.Rule;
import conduit.policy.Access;
import conduit.policy.Decision;
import conduit.policy.Decision.Verdict;
import conduit.policy.Policy;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What another configuration says to tunnels and exchanges that began before it. Asked on the event
 * loop of each.
 *
 * @param serves whether there is still a user of this name; everybody is served when empty
 */
public record Review(Admissions admissions, Optional<Predicate<String>> serves) {

    /**
     * Whether one that is under way could not have begun on these terms; then its account tells the
     * rule, if it was one. Of what is still to be dialled for the others these terms decide.
     */
    public boolean denies(Account account) {
        if (!isServed(account)) {
            account.decidedBy(Optional.empty());
            return true;
        }
        Policy policy = admissions.policy();
        Access access = admissions.access(account);
        Decision decision = policy.asked(access);
        Optional<InetAddress> dialled = account.dialled();
        if (decision.allows() && dialled.isPresent()) {
            decision = policy.dialling(access, dialled.get());
        }
        if (decision.allows()) {
            account.judgedBy(admissions);
            return false;
        }
        account.decidedBy(by(decision).map(Rule::where));
        return true;
    }

    /** Transparent clients cannot say who they are. */
    private boolean isServed(Account account) {
        return serves.isEmpty()
                || account.inbound() == Inbound.TRANSPARENT
                || account.user().filter(serves.get()).isPresent();
    }

    private static Optional<Rule> by(Decision decision) {
        return switch (decision.verdict()) {
            case Verdict.Allowed(var by) -> by;
            case Verdict.Denied(var by) -> by;
            case Verdict.Guarded _ -> Optional.empty();
        };
    }
}
