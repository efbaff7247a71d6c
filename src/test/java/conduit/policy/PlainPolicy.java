package conduit.policy;

import conduit.address.Destination;
import conduit.address.Network;
import conduit.config.rules.Action;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import conduit.policy.Decision.Verdict;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The plain meaning of rules, one tried after the other, without the guard: what {@link Policy} is
 * compared with.
 */
final class PlainPolicy {

    private final RuleSet rules;
    private final boolean addressesFollow;

    /**
     * One that decides by these.
     *
     * @param addressesFollow whether each address of a name comes to {@link #dialling}; with a
     *     parent that looks names up none does, and rules about networks match no name
     */
    PlainPolicy(RuleSet rules, boolean addressesFollow) {
        this.rules = rules;
        this.addressesFollow = addressesFollow;
    }

    /**
     * Decides before anything is looked up or dialled. A name that a rule about networks may still
     * decide on is allowed here, if its addresses follow.
     */
    Decision asked(Access access) {
        return switch (access.destination()) {
            case Destination.Address(var address, int _) -> dialling(access, address);
            case Destination.Name _ -> decide(access, null);
        };
    }

    /** Decides on an address of the destination that is about to be dialled. */
    Decision dialling(Access access, InetAddress address) {
        return decide(access, address);
    }

    private Decision decide(Access access, @Nullable InetAddress address) {
        Optional<Rule> wouldDeny = Optional.empty();
        for (Rule rule : rules.rules()) {
            switch (matches(rule, access, address)) {
                case NO -> {}
                case PERHAPS -> {
                    if (rule.action() != Action.REPORT) {
                        return new Decision(new Verdict.Allowed(Optional.of(rule)), wouldDeny);
                    }
                }
                case YES -> {
                    if (rule.action() != Action.REPORT) {
                        return new Decision(verdict(rule.action(), Optional.of(rule)), wouldDeny);
                    }
                    wouldDeny = wouldDeny.or(() -> Optional.of(rule));
                }
            }
        }
        return new Decision(verdict(rules.otherwise(), Optional.empty()), wouldDeny);
    }

    private static Verdict verdict(Action action, Optional<Rule> by) {
        return action == Action.ALLOW ? new Verdict.Allowed(by) : new Verdict.Denied(by);
    }

    private enum Match {
        NO,
        PERHAPS,
        YES
    }

    private Match matches(Rule rule, Access access, @Nullable InetAddress address) {
        boolean fits =
                (rule.from().isEmpty()
                                || rule.from().stream()
                                        .anyMatch(network -> network.contains(access.client())))
                        && (rule.users().isEmpty()
                                || access.user().filter(rule.users()::contains).isPresent())
                        && (rule.inbounds().isEmpty() || rule.inbounds().contains(access.inbound()))
                        && (rule.ports().isEmpty()
                                || rule.ports().stream()
                                        .anyMatch(range ->
                                                range.contains(access.destination().port())));
        if (!fits) {
            return Match.NO;
        }
        if (rule.to().isEmpty()
                || rule.to().stream()
                        .anyMatch(target -> isIn(target, access.destination(), address))) {
            return Match.YES;
        }
        boolean namesNetworks = rule.to().stream().anyMatch(Target.In.class::isInstance);
        return address == null && addressesFollow && namesNetworks ? Match.PERHAPS : Match.NO;
    }

    private static boolean isIn(
            Target target, Destination destination, @Nullable InetAddress address) {
        return switch (target) {
            case Target.Anything() -> true;
            case Target.In(Network network) -> address != null && network.contains(address);
            case Target.Named(String name) ->
                    destination instanceof Destination.Name(String asked, int _)
                            && withoutDot(asked).equals(name);
            case Target.Under(String apex) ->
                    destination instanceof Destination.Name(String asked, int _)
                            && ("." + withoutDot(asked)).endsWith("." + apex);
        };
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
