package conduit.doctor.check;

import conduit.config.SeenAs;
import conduit.doctor.ask.Found;
import conduit.doctor.check.Finding.Fail;
import conduit.doctor.check.Finding.Ok;
import conduit.doctor.check.Finding.Warn;
import conduit.doctor.look.Capability;
import conduit.doctor.look.Expression;
import conduit.doctor.look.Owner;
import conduit.doctor.rules.Means;
import conduit.doctor.rules.Ruleset.Catch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What conduit may do, and what the kernel can. Pure. */
final class PrivilegeChecks {

    private static final String CAPABILITY = "capability";
    private static final String KERNEL = "kernel";

    private PrivilegeChecks() {}

    /**
     * CAP_NET_ADMIN or CAP_NET_RAW: either lets sockets be transparent (ip(7)), and since Linux
     * 5.17 be marked (socket(7), SO_MARK).
     */
    static Stream<Finding> capability(Situation situation) {
        Owner judged = situation.judged();
        String who =
                situation.holder().map(Owner::toString).orElse("this process, in conduit's place");
        if (judged.may(Capability.NET_ADMIN)) {
            return Stream.of(
                    inEffect(
                            judged.passesOn(Capability.NET_RAW)
                                    ? Capability.NET_RAW
                                    : Capability.NET_ADMIN,
                            judged,
                            who));
        }
        List<String> needs = new ArrayList<>();
        if (!judged.may(Capability.NET_RAW)) {
            if (!situation.byTproxy().isEmpty()) {
                needs.add("TPROXY");
            }
            if (situation.wanted().seenAs() == SeenAs.CLIENT) {
                needs.add("--tproxy-spoof-source");
            }
        }
        boolean rawIsEnough = situation.machine().settings().letsNetRawMark();
        if (situation.wanted().mark().isPresent()
                && !(rawIsEnough && judged.may(Capability.NET_RAW))) {
            needs.add("--fwmark");
        }
        if (needs.isEmpty() && !situation.rulesSeen()) {
            return Stream.empty();
        }
        if (needs.isEmpty()) {
            return Stream.of(
                    judged.may(Capability.NET_RAW)
                            ? inEffect(Capability.NET_RAW, judged, who)
                            : new Ok(
                                    CAPABILITY,
                                    "CAP_NET_RAW is not in effect for "
                                            + who
                                            + ", and not needed"));
        }
        return Stream.of(
                new Fail(
                        CAPABILITY,
                        wanted(situation)
                                + " is not in effect for "
                                + who
                                + ", and "
                                + String.join(" and ", needs)
                                + (needs.size() == 1 ? " needs it" : " need it"),
                        started(situation)));
    }

    private static Finding inEffect(Capability capability, Owner judged, String who) {
        return new Ok(
                CAPABILITY,
                capability
                        + " is in effect for "
                        + who
                        + (judged.passesOn(capability) ? ", and ambient" : ""));
    }

    /** The lesser of the two that is enough. */
    private static Capability wanted(Situation situation) {
        return situation.wanted().mark().isEmpty()
                        || situation.machine().settings().letsNetRawMark()
                ? Capability.NET_RAW
                : Capability.NET_ADMIN;
    }

    /** How conduit is started with the capability; a service has AmbientCapabilities for it. */
    static String started(Situation situation) {
        String name = wanted(situation).name().toLowerCase(Locale.ROOT);
        return "setpriv --inh-caps=+%1$s --ambient-caps=+%1$s %2$s"
                .formatted(name, situation.start());
    }

    /** Whether the kernel has what the rules are made of. */
    static Stream<Finding> kernel(Situation situation) {
        List<Expression> needed = needed(situation.ours());
        Map<Expression, Found<String>> tried = situation.machine().expressions();
        for (Expression expression : needed) {
            if (tried.get(expression) instanceof Found.Unseen<String>(String why)) {
                return Stream.of(lacking(expression, why, situation));
            }
        }
        return Stream.of(
                new Ok(
                        KERNEL,
                        "nftables has "
                                + needed.stream()
                                        .map(Expression::toString)
                                        .collect(Collectors.joining(", "))
                                + " here"));
    }

    private static Finding lacking(Expression expression, String why, Situation situation) {
        return why.endsWith("is not installed") || why.contains("not permitted")
                ? new Warn(
                        KERNEL,
                        "what the kernel supports cannot be tried: " + why,
                        situation.toAsk(why))
                : new Fail(
                        KERNEL,
                        "nftables has no %s here: %s".formatted(expression, why),
                        "modprobe " + expression.module());
    }

    private static List<Expression> needed(List<Catch> rules) {
        if (rules.isEmpty()) {
            return List.of(Expression.values());
        }
        List<Expression> needed = new ArrayList<>();
        if (ListenerChecks.any(rules, Means.TPROXY)) {
            needed.add(Expression.TPROXY);
            needed.add(Expression.SOCKET);
        }
        if (ListenerChecks.any(rules, Means.REDIRECT) || ListenerChecks.any(rules, Means.DNAT)) {
            needed.add(Expression.REDIRECT);
        }
        return needed;
    }
}
