package conduit.tunnel;

import conduit.address.IpLiteral;
import conduit.config.rules.Rule;
import conduit.policy.Access;
import conduit.policy.Decision;
import conduit.policy.Decision.Verdict;
import conduit.policy.Policy;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What limits and the policy say to one tunnel or exchange: first to what its client asks for, then
 * to each address of it that is about to be dialled. Tells the account, for the log. Lives on the
 * client's event loop.
 */
public final class Admission implements Connector.Clearance {

    private Policy policy;
    private final Access access;
    private final Account account;
    private final Optional<Refused> overLimit;
    private @Nullable InetAddress judgedLast;

    /**
     * The policy has not been asked yet.
     *
     * @param overLimit why the client may have nothing for now, whatever the policy says
     */
    Admission(Policy policy, Access access, Account account, Optional<Refused> overLimit) {
        this.policy = policy;
        this.access = access;
        this.account = account;
        this.overLimit = overLimit;
    }

    /** Why the client may not have what it asks for, if it may not. */
    public Optional<Refused> refusal() {
        return overLimit.or(this::refusalOfPolicy);
    }

    private Optional<Refused> refusalOfPolicy() {
        Decision decision = policy.asked(access);
        report(decision);
        return refusal(decision, access.destination().toString())
                .map(refused -> refused.in(Phase.NEGOTIATION));
    }

    /** Another policy is in force, which was asked what the client wants, and allows it. */
    public void judgedBy(Admissions next) {
        policy = next.policy();
        judgedLast = null;
    }

    /**
     * The address that was dialled in the end, if it was conduit that dialled one.
     *
     * @return why the client may not have it after all: the policy has changed meanwhile
     */
    public Optional<Refused> reached(Optional<InetAddress> dialled) {
        // Of several it may not be the last one, and another rule may have allowed it.
        return dialled.filter(address -> !address.equals(judgedLast)).flatMap(this::refusal);
    }

    /** Of addresses the log reports only those that are then dialled. */
    @Override
    public Optional<Refused> refusal(InetAddress address) {
        judgedLast = address;
        Decision decision = policy.dialling(access, address);
        if (decision.allows()) {
            report(decision);
        }
        return refusal(
                decision, IpLiteral.withoutPort(address) + ":" + access.destination().port());
    }

    private void report(Decision decision) {
        decision.wouldDeny().map(Rule::where).ifPresent(account::wouldDeny);
    }

    private Optional<Refused> refusal(Decision decision, String what) {
        return switch (decision.verdict()) {
            case Verdict.Allowed(var by) -> {
                account.decidedBy(by.map(Rule::where));
                yield Optional.empty();
            }
            case Verdict.Denied(var by) -> {
                account.decidedBy(by.map(Rule::where));
                String why =
                        by.map(rule -> " is denied by " + rule.where())
                                .orElse(" is allowed by no rule");
                yield Optional.of(
                        Refused.of(Refusal.DENIED_BY_RULE, what + why)
                                .telling(access.destination() + " is not allowed"));
            }
            case Verdict.Guarded(var block) -> {
                account.decidedBy(Optional.empty());
                yield Optional.of(
                        Refused.of(
                                        Refusal.GUARDED_ADDRESS,
                                        what + " is in " + block + ", which is guarded")
                                .telling(access.destination() + ": its address is guarded"));
            }
        };
    }
}
