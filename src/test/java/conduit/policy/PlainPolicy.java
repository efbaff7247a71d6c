package conduit.policy;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.address.Network;
import conduit.config.rules.Action;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import conduit.policy.Decision.Verdict;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The plain meaning of rules, one tried after the other, without the guard: what {@link Policy} is
 * compared with.
 */
final class PlainPolicy {

    /** IPv4-compatible, IPv4-translated, and the well-known prefix of NAT64. */
    private static final List<String> LEADING_TO_IPV4 =
            List.of(
                    "000000000000000000000000",
                    "0000000000000000ffff0000",
                    "0064ff9b0000000000000000");

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
        Optional<Rule> mayAllow = Optional.empty();
        boolean undecided = false;
        for (Rule rule : rules.rules()) {
            Match match = matches(rule, access, address);
            if (match == Match.NO) {
                continue;
            }
            if (rule.action() == Action.REPORT) {
                boolean counts = match == Match.YES && !undecided && wouldDeny.isEmpty();
                wouldDeny = counts ? Optional.of(rule) : wouldDeny;
            } else if (match == Match.PERHAPS) {
                undecided = true;
                boolean allows = mayAllow.isEmpty() && rule.action() == Action.ALLOW;
                mayAllow = allows ? Optional.of(rule) : mayAllow;
            } else {
                return decision(rule.action(), Optional.of(rule), mayAllow, wouldDeny);
            }
        }
        return decision(rules.otherwise(), Optional.empty(), mayAllow, wouldDeny);
    }

    private static Decision decision(
            Action action, Optional<Rule> by, Optional<Rule> mayAllow, Optional<Rule> wouldDeny) {
        return action == Action.DENY && mayAllow.isPresent()
                ? new Decision(new Verdict.Allowed(mayAllow), wouldDeny)
                : new Decision(verdict(action, by), wouldDeny);
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
        if (rule.action() != Action.ALLOW
                && rule.to().stream().anyMatch(target -> isInside(target, address))) {
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

    /** By the IPv4 address that an IPv6 address holds, read off its digits. */
    private static boolean isInside(Target target, @Nullable InetAddress address) {
        if (!(target instanceof Target.In(Network network)) || !(address instanceof Inet6Address)) {
            return false;
        }
        String digits = HexFormat.of().formatHex(address.getAddress());
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return false;
        }
        String ipv4 =
                digits.startsWith("2002")
                        ? digits.substring(4, 12)
                        : LEADING_TO_IPV4.contains(digits.substring(0, 24))
                                ? digits.substring(24)
                                : "";
        return !ipv4.isEmpty()
                && network.contains(IpLiteral.ofBytes(HexFormat.of().parseHex(ipv4)));
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
