package conduit.doctor.canary;

import conduit.address.IpLiteral;
import conduit.doctor.check.Finding;
import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.check.Situation;
import conduit.doctor.look.Owner;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Leftover;
import conduit.doctor.rules.Ruleset.Catch;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Says why a canary was not sent, and what can be tried in its place. Pure. */
final class Unsent {

    /** Where no check knows the cause, the rules have to be read. */
    static final String READ_THE_RULES = "nft -a list ruleset";

    private Unsent() {}

    /** The name of the check that a canary is. */
    static String check(Family family) {
        return "canary-" + family.suffix();
    }

    /** Without a rule there is nothing to send it through. */
    static Finding noRule(List<Finding> known) {
        return new Fail(
                "canary",
                "not sent: no rule would take it",
                mends(known, "rules").orElse(READ_THE_RULES));
    }

    /** As good as no rule: ports are the one thing of which it names none. */
    static Finding takesNothing(Catch rule) {
        return new Fail(
                "canary",
                "not sent: %s takes nothing: it names no port, or an empty set of ports"
                        .formatted(rule.place().says()),
                rule.place().listing());
    }

    /** Without a look at the rules it is not known where to send it from. */
    static Finding blind(Situation situation) {
        return new Warn("canary", "not sent: the rules cannot be looked at", situation.asRoot());
    }

    /** Others could not see that it is in flight, and would take away what is its own. */
    static Finding hidden(Situation situation, String why) {
        return new Warn("canary", "not sent: " + why, situation.asRoot());
    }

    /** What one that was killed has left could not be taken away. */
    static Finding stays(Leftover leftover, String why) {
        return new Warn(
                "left-behind",
                "a canary that was killed has left %s, which stays: %s"
                        .formatted(leftover.says(), why),
                "nft '" + leftover.removal() + "'");
    }

    /** No rule would bring it to the rule. */
    static Finding unmarked(Family family, Catch rule) {
        return new Warn(
                check(family),
                "not sent: no rule marks this machine's own connections",
                rule.place().listing());
    }

    /** It could not be sent. */
    static Finding because(Situation situation, Family family, Catch rule, String why) {
        return new Warn(check(family), "not sent: " + why, toSend(situation, family, rule, why));
    }

    private static String toSend(Situation situation, Family family, Catch rule, String why) {
        if (why.endsWith("is not installed")) {
            return situation.toAsk(why);
        }
        Optional<String> ipv6 = ipv6Again(situation, family);
        if (ipv6.isPresent()) {
            return ipv6.get();
        }
        return why.endsWith("not permitted") || why.endsWith("Permission denied")
                ? situation.asRoot()
                : tried(rule, Destinations.first(family, rule.reach()));
    }

    private static Optional<String> ipv6Again(Situation situation, Family family) {
        return switch (family) {
            case IPV4 -> Optional.empty();
            case IPV6 -> situation.ipv6Again();
        };
    }

    /** How it is found out why it could not be dialled. */
    static String toDial(Situation situation, Family family, InetSocketAddress destination) {
        return ipv6Again(situation, family)
                .orElse(
                        "ip %sroute get %s"
                                .formatted(
                                        family.option(),
                                        destination.getAddress().getHostAddress()));
    }

    /** The rules are for interfaces that it cannot stand behind. */
    static Finding elsewhere(Family family, Catch rule) {
        return new Warn(
                check(family),
                "not sent: %s takes what arrives at %s, where the canary cannot stand"
                        .formatted(rule.place().says(), rule.reach().in()),
                onAClient(Destinations.first(family, rule.reach())));
    }

    /** The rules leave all addresses alone to which it may go. */
    static Finding nowhere(Family family, Catch rule, Gate gate) {
        return new Warn(
                check(family),
                "not sent, so not conclusive: %s leaves alone what goes to networks for documentation"
                        .formatted(gate.place().says()),
                rule.forOthers()
                        ? "curl --max-time 5 ADDRESS # on a client, to an address that is taken"
                        : "curl --max-time 5 ADDRESS # an address that is taken");
    }

    /** The rules are not for those who have the doctor look. */
    static Finding ofExemptUser(
            Family family, Gate gate, Owner self, InetSocketAddress destination) {
        return new Warn(
                check(family),
                "not sent, so not conclusive: %s leaves user %d or group %d alone, as whom it would go"
                        .formatted(gate.place().says(), self.user(), self.group()),
                asSomebodyElse(destination));
    }

    /** The command by which somebody else can try. */
    static String tried(Catch rule, InetSocketAddress destination) {
        return rule.forOthers() ? onAClient(destination) : asSomebodyElse(destination);
    }

    /** The command by which a client can try. */
    private static String onAClient(InetSocketAddress destination) {
        return "curl --max-time 5 http://%s/ # on a client there"
                .formatted(IpLiteral.withPort(destination));
    }

    /** The command by which another user of this machine can try. */
    static String asSomebodyElse(InetSocketAddress destination) {
        return "su -s /bin/sh -c 'curl --max-time 5 http://%s/' nobody # or another user"
                .formatted(IpLiteral.withPort(destination));
    }

    /** What mends it that this check failed. */
    static Optional<String> mends(List<Finding> known, String check) {
        return known.stream()
                .filter(finding -> finding.check().equals(check))
                .filter(Fail.class::isInstance)
                .map(finding -> ((Fail) finding).mend())
                .findFirst();
    }
}
