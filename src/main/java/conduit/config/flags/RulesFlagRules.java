package conduit.config.flags;

import conduit.config.flags.Invocation.Mistake;
import conduit.config.interception.Interception;
import java.util.Optional;

/**
 * What flags of {@code tproxy rules} that are each well formed must satisfy together. Pure: the
 * answer is the mistake.
 */
final class RulesFlagRules {

    private RulesFlagRules() {}

    /** The first rule that the flags break on the named operating system, if any. */
    static Optional<Mistake> firstBroken(RulesFlags flags, String operatingSystem) {
        Optional<Mistake> doing = doing(flags.doing, operatingSystem);
        if (doing.isPresent()) {
            return doing;
        }
        if (flags.doing.remove) {
            return flags.besideRemoval()
                    .flatMap(flag ->
                            wrong(
                                    flag,
                                    RulesFlags.REMOVE + " takes everything away",
                                    "no other flag with it"));
        }
        // One after the other: whose connections must be clear before they can contradict anything.
        return wayIn(flags).or(() -> whose(flags.whose)).or(() -> contradiction(flags));
    }

    private static Optional<Mistake> doing(RulesFlags.Doing doing, String operatingSystem) {
        if (doing.apply && doing.remove) {
            return wrong(RulesFlags.REMOVE, "it undoes " + RulesFlags.APPLY, "one of the two");
        }
        if (doing.iptables && (doing.apply || doing.remove)) {
            return wrong(
                    RulesFlags.IPTABLES,
                    "it only prints: " + given(doing) + " is done with nft",
                    "one of the two; the script says what takes its rules away");
        }
        return (doing.apply || doing.remove) && !operatingSystem.equals("Linux")
                ? wrong(given(doing), "it is not possible here (Linux only)", "no such flag")
                : Optional.empty();
    }

    private static String given(RulesFlags.Doing doing) {
        return doing.apply ? RulesFlags.APPLY : RulesFlags.REMOVE;
    }

    private static Optional<Mistake> wayIn(RulesFlags flags) {
        RulesFlags.WayIn wayIn = flags.wayIn;
        if (wayIn.port.isEmpty()) {
            return wrong(
                    RulesFlags.TO_PORT,
                    "none was given",
                    "the port of --tproxy-listen, for example --to-port=8081");
        }
        if (wayIn.failOpen && wayIn.failClosed) {
            return wrong(
                    RulesFlags.FAIL_OPEN,
                    "it is the contrary of " + RulesFlags.FAIL_CLOSED,
                    "one of the two");
        }
        return switch (wayIn.means) {
            case REDIRECT -> onlyWithTproxy(wayIn);
            case TPROXY ->
                    flags.doing.iptables && wayIn.failOpen
                            ? wrong(
                                    RulesFlags.FAIL_OPEN,
                                    "iptables drops what nobody listens for",
                                    "rules of nft, that is, no " + RulesFlags.IPTABLES)
                            : Optional.empty();
        };
    }

    private static Optional<Mistake> onlyWithTproxy(RulesFlags.WayIn wayIn) {
        if (wayIn.failOpen) {
            return wrong(
                    RulesFlags.FAIL_OPEN,
                    "the kernel refuses what is redirected to where nobody listens",
                    "--means=tproxy with it");
        }
        if (wayIn.mark.isPresent()) {
            return wrong(
                    RulesFlags.MARK,
                    "redirect marks nothing",
                    "--means=tproxy with it, or " + RulesFlags.EXEMPT_MARK);
        }
        return wayIn.routeTable.isPresent()
                ? wrong(RulesFlags.ROUTE_TABLE, "redirect takes no route", "--means=tproxy with it")
                : Optional.empty();
    }

    private static Optional<Mistake> whose(RulesFlags.Whose whose) {
        if (whose.own) {
            return whose.exemptions().isEmpty()
                    ? wrong(
                            RulesFlags.OWN,
                            "conduit would catch its own connections",
                            "one of %s (the --fwmark of conduit), %s, %s"
                                    .formatted(
                                            RulesFlags.EXEMPT_MARK,
                                            RulesFlags.EXEMPT_USER,
                                            RulesFlags.EXEMPT_GROUP))
                    : Optional.empty();
        }
        if (!whose.leavingBy.isEmpty()) {
            return withoutOwn(RulesFlags.OUT_INTERFACE);
        }
        if (!whose.exemptMarks.isEmpty()) {
            return withoutOwn(RulesFlags.EXEMPT_MARK);
        }
        if (!whose.exemptUsers.isEmpty()) {
            return withoutOwn(RulesFlags.EXEMPT_USER);
        }
        return whose.exemptGroups.isEmpty()
                ? Optional.empty()
                : withoutOwn(RulesFlags.EXEMPT_GROUP);
    }

    private static Optional<Mistake> withoutOwn(String flag) {
        return wrong(flag, "it is about this machine's own connections", "--own with it");
    }

    private static Optional<Mistake> contradiction(RulesFlags flags) {
        return Interception.firstContradiction(
                        flags.wayIn.asMeans(), flags.whose.arrivingAt, flags.whose.ownConnections())
                .map(RulesFlagRules::contradicting);
    }

    private static Mistake contradicting(Interception.Contradiction contradiction) {
        return switch (contradiction) {
            case NOBODY ->
                    MistakeLine.of(
                            RulesFlags.IN_INTERFACE + ", " + RulesFlags.OWN,
                            "none was given",
                            "at least one of them: whose connections are meant");
            case EXEMPTS_WHAT_IT_MARKS ->
                    MistakeLine.of(
                            RulesFlags.EXEMPT_MARK,
                            "it is the mark that the rules set on what is for conduit",
                            "another one, or another " + RulesFlags.MARK);
            case OWN_CANNOT_FAIL_OPEN ->
                    MistakeLine.of(
                            RulesFlags.FAIL_OPEN,
                            "this machine's own connections have been rerouted by then",
                            "no "
                                    + RulesFlags.OWN
                                    + " with it; take the rules away while conduit is not running");
        };
    }

    private static Optional<Mistake> wrong(String flag, String why, String expected) {
        return Optional.of(MistakeLine.of(flag, why, expected));
    }
}
