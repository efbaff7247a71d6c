package conduit.policy;

import conduit.address.Destination;
import conduit.address.Network;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.policy.Decision.Verdict;
import java.net.InetAddress;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Rules and the guard against special-purpose addresses, as one: immutable, and asked by all event
 * loops. Rules about networks hold for the address that is dialled, rules about names for the name
 * that is asked for. A decision costs about the same whatever the number of rules, and makes no
 * object unless a rule is to be reported.
 */
public final class Policy {

    private final List<Rule> rules;
    private final boolean addressesFollow;
    private final Guard guard;
    private final RuleIndex deciding;
    private final RuleIndex reporting;
    private final Decision[] decisions;
    private final Decision[] undecided;
    private final Exceptions[] exceptions;
    private final Decision otherwise;

    /**
     * One that decides by these.
     *
     * @param addressesFollow whether each address of a name comes to {@link #dialling}; with a
     *     parent that looks names up none does, and rules about networks match no name
     */
    public Policy(RuleSet rules, Guarding guarding, boolean addressesFollow) {
        this.rules = rules.rules();
        this.addressesFollow = addressesFollow;
        guard = new Guard(guarding);
        Shortlist.Maker shortlists = new Shortlist.Maker(terms(this.rules));
        deciding = new RuleIndex(this.rules, rule -> rule.action() != Action.REPORT, shortlists);
        reporting = new RuleIndex(this.rules, rule -> rule.action() == Action.REPORT, shortlists);
        decisions = this.rules.stream().map(Policy::decision).toArray(Decision[]::new);
        undecided = this.rules.stream().map(Policy::allowedAsYet).toArray(Decision[]::new);
        exceptions = this.rules.stream().map(guard::of).toArray(Exceptions[]::new);
        otherwise = decision(rules.otherwise(), Optional.empty());
    }

    /** Rules often share their list of clients, which then is one tree. */
    private static Terms[] terms(List<Rule> rules) {
        IdentityHashMap<List<Network>, NetworkTree> clients = new IdentityHashMap<>();
        return rules.stream()
                .map(rule -> new Terms(rule, clients.computeIfAbsent(rule.from(), NetworkTree::of)))
                .toArray(Terms[]::new);
    }

    private static Decision decision(Rule rule) {
        return decision(rule.action(), Optional.of(rule));
    }

    private static Decision decision(Action action, Optional<Rule> by) {
        Verdict verdict = action == Action.ALLOW ? new Verdict.Allowed(by) : new Verdict.Denied(by);
        return new Decision(verdict, Optional.empty());
    }

    private static Decision allowedAsYet(Rule rule) {
        return decision(Action.ALLOW, Optional.of(rule));
    }

    /**
     * Decides before anything is looked up or dialled. A name that a rule about networks may still
     * decide on is allowed here, if its addresses follow.
     */
    public Decision asked(Access access) {
        return switch (access.destination()) {
            case Destination.Address(var address, int _) -> dialling(access, address);
            case Destination.Name _ -> askedByName(access);
        };
    }

    private Decision askedByName(Access access) {
        Bits client = Bits.of(access.client());
        long high = client.high();
        long low = client.low();
        int rule = deciding.first(access, high, low);
        int byAddress = addressesFollow ? deciding.firstByAddress(access, high, low, rule) : rule;
        Decision decision = byAddress < rule ? undecided[byAddress] : decided(rule);
        return reported(decision, reporting.first(access, high, low), byAddress);
    }

    /** Decides on an address of the destination that is about to be dialled. */
    public Decision dialling(Access access, InetAddress address) {
        Bits client = Bits.of(access.client());
        Bits dialled = Bits.of(address);
        return dialling(access, client.high(), client.low(), dialled.high(), dialled.low());
    }

    private Decision dialling(
            Access access, long high, long low, long dialledHigh, long dialledLow) {
        int rule = deciding.first(access, high, low, dialledHigh, dialledLow);
        Decision decision = decided(rule);
        if (decision.allows() && (rule == Shortlist.NO_RULE || !rules.get(rule).unguarded())) {
            Exceptions own = rule == Shortlist.NO_RULE ? Exceptions.NONE : exceptions[rule];
            Decision refusal = guard.refusal(access, dialledHigh, dialledLow, own);
            decision = refusal == null ? decision : refusal;
        }
        return reported(
                decision, reporting.first(access, high, low, dialledHigh, dialledLow), rule);
    }

    private Decision decided(int rule) {
        return rule == Shortlist.NO_RULE ? otherwise : decisions[rule];
    }

    /** Only a rule that stands before the one that decides would have decided itself. */
    private Decision reported(Decision decision, int report, int decidedBy) {
        return report < decidedBy
                ? new Decision(decision.verdict(), Optional.of(rules.get(report)))
                : decision;
    }
}
