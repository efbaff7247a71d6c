package conduit.doctor.canary;

import conduit.address.IpLiteral;
import conduit.doctor.check.Finding;
import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.check.Situation;
import conduit.doctor.look.Listening;
import conduit.doctor.look.Owner;
import conduit.doctor.rules.Family;
import conduit.doctor.rules.Means;
import conduit.doctor.rules.Ruleset.Catch;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Says where a canary arrived or where it was lost, from what it saw itself and what was counted on
 * its way. Where clients' connections may fare otherwise, that is not conclusive. Pure.
 *
 * @param gate what it had to fit for the rule to take it
 */
record Landing(
        Situation situation,
        List<Finding> known,
        Family family,
        Catch rule,
        Gate gate,
        InetSocketAddress destination) {

    /** Where no check knows the cause, the rules have to be read. */
    private static final String READ_THE_RULES = "nft -a list ruleset";

    private static final String AS_ROOT = "run the doctor as root";

    /** Copies the list. */
    Landing {
        known = List.copyOf(known);
    }

    private static String check(Family family) {
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
    static Finding blind() {
        return new Warn("canary", "not sent: the rules cannot be looked at", AS_ROOT);
    }

    /** It could not be sent. */
    static Finding notSent(Family family, String why) {
        return new Warn(check(family), "not sent: " + why, toSend(family, why));
    }

    /** ip(8) answers "Permission denied" to root where an interface has no IPv6. */
    private static String toSend(Family family, String why) {
        if (why.endsWith("is not installed")) {
            return "apt-get install nftables iproute2";
        }
        return family == Family.IPV6 && why.endsWith("Permission denied")
                ? "sysctl -w net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0"
                : AS_ROOT;
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

    private static String onAClient(InetSocketAddress destination) {
        return "curl --max-time 5 http://%s/ # on a client there"
                .formatted(IpLiteral.withPort(destination));
    }

    private static String asSomebodyElse(InetSocketAddress destination) {
        return "su -s /bin/sh -c 'curl --max-time 5 http://%s/' nobody # or another user"
                .formatted(IpLiteral.withPort(destination));
    }

    /** What became of it. */
    Finding finding(String from, Arrival arrival, Optional<Counts> counts) {
        String what = IpLiteral.withPort(destination) + " " + from;
        Optional<String> doubt = doubt(arrival, counts);
        if (doubt.isPresent()) {
            return new Warn(
                    check(family),
                    what + " did not arrive, which is not conclusive: " + doubt.get(),
                    rule.forOthers() ? onAClient(destination) : asSomebodyElse(destination));
        }
        return switch (arrival) {
            case Arrival.NotSent(String why) ->
                    new Warn(
                            check(family),
                            what + " could not be dialled: " + why,
                            firstMend()
                                    .orElse(
                                            "ip %sroute get %s"
                                                    .formatted(
                                                            family.option(),
                                                            destination
                                                                    .getAddress()
                                                                    .getHostAddress())));
            case Arrival.Answered(Optional<String> holder) -> answered(what, holder, counts);
            case Arrival.Refused _ -> fail(what + " was refused: " + refused(counts));
            case Arrival.Lost _ -> fail(what + " was lost: " + lost(counts));
        };
    }

    /** Why the connections of clients may arrive where this one did not. */
    private Optional<String> doubt(Arrival arrival, Optional<Counts> counts) {
        return switch (arrival) {
            case Arrival.NotSent _ -> Optional.empty();
            case Arrival.Answered(Optional<String> holder) ->
                    holder.isPresent() || counts.isEmpty() ? Optional.empty() : doubt(counts);
            case Arrival.Refused _, Arrival.Lost _ -> doubt(counts);
        };
    }

    private Optional<String> doubt(Optional<Counts> counts) {
        if (counts.filter(on -> on.sent() == 0 || on.delivered() > 0).isPresent()) {
            return Optional.empty();
        }
        return counts.filter(on -> on.caught() > 0).isPresent() ? atInput() : atTheRule();
    }

    private Optional<String> atTheRule() {
        Set<String> asks = new TreeSet<>(gate.reach().asks());
        if (!gate.reach().marks().isEmpty()) {
            asks.add("mark");
        }
        return asks.isEmpty() || !because().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%s looks at %s, too"
                                .formatted(gate.place().says(), String.join(", ", asks)));
    }

    /** Where no check knows another cause. */
    private Optional<String> atInput() {
        if (firstMend().isPresent()) {
            return Optional.empty();
        }
        int port = rule.means() == Means.TPROXY ? destination.getPort() : rule.port();
        return situation.atInput().stream()
                .filter(guard -> !guard.tellsApartBy(port).isEmpty())
                .map(guard ->
                        "%s drops some of what comes in, by %s"
                                .formatted(
                                        guard.says(), String.join(", ", guard.tellsApartBy(port))))
                .findFirst();
    }

    private Finding answered(String what, Optional<String> seen, Optional<Counts> counts) {
        if (counts.filter(on -> on.delivered() == 0).isPresent() && seen.isEmpty()) {
            return fail(what + " was answered by somebody out there: the rule did not take it");
        }
        String listener = listener();
        if (seen.filter(holder -> !listener.contains(holder)).isPresent()) {
            return fail(what + " arrived at " + seen.get() + ", who is not behind the rule's port");
        }
        String arrived = what + " arrived at " + seen.orElse(listener) + " on port " + rule.port();
        if (situation.machine().on(rule.port()).stream().noneMatch(Listening::isStrangers)) {
            return new Ok(check(family), arrived);
        }
        String isNot = arrived + ", who is not conduit";
        String who = "ss -Htlnp 'sport = :%d'".formatted(rule.port());
        return situation.wanted().ports().contains(rule.port())
                ? fail(isNot, mends(known, "listener").orElse(who))
                : new Warn(check(family), isNot, who);
    }

    private String listener() {
        List<Listening> there = situation.machine().on(rule.port());
        return there.isEmpty()
                ? "nobody"
                : there.stream()
                        .map(Listening::holder)
                        .distinct()
                        .collect(Collectors.joining(", "));
    }

    private String refused(Optional<Counts> counts) {
        boolean delivered = counts.filter(on -> on.delivered() > 0).isPresent();
        if (situation.machine().on(rule.port()).isEmpty()) {
            return delivered
                    ? "it reached port %d of this machine, where nobody listens"
                            .formatted(rule.port())
                    : "nobody listens on port %d, and a rule answered in its place"
                            .formatted(rule.port());
        }
        return delivered
                ? "it reached this machine, but not the listener on port " + rule.port()
                : "a rule or somebody out there sent the reset";
    }

    private String lost(Optional<Counts> counts) {
        if (counts.isEmpty()) {
            return "without nft it cannot be seen where";
        }
        Counts on = counts.get();
        if (on.sent() == 0) {
            return "it did not get as far as the rules: something in front of them dropped it";
        }
        if (on.passed() > 0) {
            return "the rule did not take it" + because() + ", and it went on its way unproxied";
        }
        if (on.caught() == 0) {
            return "the rule did not take it" + because() + ", and it was dropped";
        }
        return on.delivered() == 0
                ? "the rule took it, and it was not delivered here: a route, rp_filter or a"
                        + " firewall's rule for what comes in"
                : "it was delivered here, and the listener on port "
                        + rule.port()
                        + " did not answer";
    }

    /** nft(8): tproxy matches only where a transparent socket is found. */
    private String because() {
        return rule.means() == Means.TPROXY
                        && situation.machine().on(rule.port()).stream()
                                .noneMatch(Landing::mayBeTransparent)
                ? " (TPROXY takes nothing while no transparent listener is there)"
                : "";
    }

    private static boolean mayBeTransparent(Listening socket) {
        return socket.transparency() != Listening.Transparency.NOT_TRANSPARENT;
    }

    private Finding fail(String says) {
        return fail(says, firstMend().orElse(READ_THE_RULES));
    }

    private Finding fail(String says, String mend) {
        return new Fail(check(family), says, mend);
    }

    /** What mends the first failure that concerns this version of IP. */
    private Optional<String> firstMend() {
        String others =
                switch (family) {
                    case IPV4 -> Family.IPV6.suffix();
                    case IPV6 -> Family.IPV4.suffix();
                };
        return known.stream()
                .filter(finding -> !finding.check().endsWith(others))
                .filter(finding -> !finding.check().equals("nofile"))
                .filter(Fail.class::isInstance)
                .map(finding -> ((Fail) finding).mend())
                .findFirst();
    }

    private static Optional<String> mends(List<Finding> known, String check) {
        return known.stream()
                .filter(finding -> finding.check().equals(check))
                .filter(Fail.class::isInstance)
                .map(finding -> ((Fail) finding).mend())
                .findFirst();
    }
}
