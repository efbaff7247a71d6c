package conduit.doctor.canary;

import conduit.address.IpLiteral;
import conduit.doctor.check.Finding;
import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.check.Situation;
import conduit.doctor.look.Listening;
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

    /** Copies the list. */
    Landing {
        known = List.copyOf(known);
    }

    /** What became of it. */
    Finding finding(String from, Arrival arrival, Optional<Counts> counts) {
        String what = IpLiteral.withPort(destination) + " " + from;
        return switch (arrival) {
            case Arrival.NotSent(String why) ->
                    new Warn(
                            Unsent.check(family),
                            what + " could not be dialled: " + why,
                            Unsent.toDial(situation, family, destination));
            case Arrival.Answered(Optional<String> holder) ->
                    holder.isEmpty() && counts.filter(on -> on.delivered() == 0).isPresent()
                            ? missed(
                                    what,
                                    "was answered by somebody out there: the rule did not take it",
                                    Loss.of(counts))
                            : arrived(what, holder);
            case Arrival.Refused _ ->
                    missed(what, "was refused: " + refused(counts), Loss.of(counts));
            case Arrival.Lost _ ->
                    missed(what, "was lost: " + lost(Loss.of(counts)), Loss.of(counts));
        };
    }

    private Finding missed(String what, String how, Loss loss) {
        return doubt(loss)
                .<Finding>map(doubt ->
                        new Warn(
                                Unsent.check(family),
                                what + " did not arrive, which is not conclusive: " + doubt,
                                Unsent.tried(rule, destination)))
                .orElseGet(() -> fail(what + " " + how, loss));
    }

    /** Why the connections of clients may arrive where this one did not. */
    private Optional<String> doubt(Loss loss) {
        return switch (loss) {
            case AT_THE_RULE, PAST_THE_RULE, UNSEEN -> atTheRule();
            case BEHIND_THE_RULE -> atInput(loss);
            case BEFORE_THE_RULES, ASTRAY, AT_THE_LISTENER -> Optional.empty();
        };
    }

    private Optional<String> atTheRule() {
        Set<String> asks = new TreeSet<>(gate.reach().asks(family));
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
    private Optional<String> atInput(Loss loss) {
        if (loss.mend(known, family).isPresent()) {
            return Optional.empty();
        }
        int port = rule.means() == Means.TPROXY ? destination.getPort() : rule.port();
        return situation.atInput().stream()
                .filter(guard -> !guard.tellsApartBy(family, port).isEmpty())
                .map(guard ->
                        "%s drops some of what comes in, by %s"
                                .formatted(
                                        guard.says(),
                                        String.join(", ", guard.tellsApartBy(family, port))))
                .findFirst();
    }

    private Finding arrived(String what, Optional<String> seen) {
        String listener = listener();
        if (seen.filter(holder -> !listener.contains(holder)).isPresent()) {
            return fail(
                    what + " arrived at " + seen.get() + ", who is not behind the rule's port",
                    Loss.PAST_THE_RULE);
        }
        String arrived = what + " arrived at " + seen.orElse(listener) + " on port " + rule.port();
        if (situation.machine().on(rule.port()).stream().noneMatch(Listening::isStrangers)) {
            return new Ok(Unsent.check(family), arrived);
        }
        String isNot = arrived + ", who is not conduit";
        String who = "ss -Htlnp 'sport = :%d'".formatted(rule.port());
        return situation.wanted().ports().contains(rule.port())
                ? new Fail(Unsent.check(family), isNot, Unsent.mends(known, "listener").orElse(who))
                : new Warn(Unsent.check(family), isNot, who);
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

    private String lost(Loss loss) {
        return switch (loss) {
            case UNSEEN -> "without nft it cannot be seen where";
            case BEFORE_THE_RULES ->
                    "it did not get as far as the rules: something in front of them dropped it";
            case PAST_THE_RULE ->
                    "the rule did not take it" + because() + ", and it went on its way unproxied";
            case AT_THE_RULE -> "the rule did not take it" + because() + ", and it was dropped";
            case ASTRAY ->
                    "the rule took it, and no route led it here: it went on its way unproxied";
            case BEHIND_THE_RULE ->
                    "the rule took it, and it was not delivered here: a route, rp_filter or a"
                            + " firewall's rule for what comes in";
            case AT_THE_LISTENER ->
                    "it was delivered here, and the listener on port "
                            + rule.port()
                            + " did not answer";
        };
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

    private Finding fail(String says, Loss loss) {
        return new Fail(
                Unsent.check(family), says, loss.mend(known, family).orElse(Unsent.READ_THE_RULES));
    }
}
