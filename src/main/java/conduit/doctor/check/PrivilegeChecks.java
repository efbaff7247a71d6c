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
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What conduit may do, and what the kernel can. Pure. */
final class PrivilegeChecks {

    private static final String CAPABILITY = "capability";
    private static final String KERNEL = "kernel";

    private PrivilegeChecks() {}

    /** CAP_NET_ADMIN, for transparent sockets and marks (capabilities(7)). */
    static Stream<Finding> capability(Situation situation) {
        Owner judged = situation.judged();
        String who =
                situation.holder().map(Owner::toString).orElse("this process, in conduit's place");
        if (judged.may(Capability.NET_ADMIN)) {
            return Stream.of(
                    new Ok(
                            CAPABILITY,
                            "CAP_NET_ADMIN is in effect for "
                                    + who
                                    + (judged.passesOn(Capability.NET_ADMIN)
                                            ? ", and ambient"
                                            : "")));
        }
        List<String> needs = new ArrayList<>();
        // ip(7): IP_TRANSPARENT is granted to either.
        if (!situation.byTproxy().isEmpty() && !judged.may(Capability.NET_RAW)) {
            needs.add("TPROXY");
        }
        if (situation.wanted().seenAs() == SeenAs.CLIENT && !judged.may(Capability.NET_RAW)) {
            needs.add("--tproxy-spoof-source");
        }
        if (situation.wanted().mark().isPresent()) {
            needs.add("--fwmark");
        }
        if (needs.isEmpty() && !situation.rulesSeen()) {
            return Stream.empty();
        }
        return Stream.of(
                needs.isEmpty()
                        ? new Ok(
                                CAPABILITY,
                                "CAP_NET_ADMIN is not in effect for " + who + ", and not needed")
                        : new Fail(
                                CAPABILITY,
                                "CAP_NET_ADMIN is not in effect for "
                                        + who
                                        + ", and "
                                        + String.join(" and ", needs)
                                        + (needs.size() == 1 ? " needs it" : " need it"),
                                started(situation)));
    }

    /** How conduit is started with the capability; a service has AmbientCapabilities for it. */
    static String started(Situation situation) {
        return "setpriv --inh-caps=+net_admin --ambient-caps=+net_admin " + situation.start();
    }

    /** Whether the kernel has what the rules are made of. */
    static Stream<Finding> kernel(Situation situation) {
        List<Expression> needed = needed(situation.ours());
        Map<Expression, Found<String>> tried = situation.machine().expressions();
        for (Expression expression : needed) {
            if (tried.get(expression) instanceof Found.Unseen<String>(String why)) {
                return Stream.of(lacking(expression, why));
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

    private static Finding lacking(Expression expression, String why) {
        return why.endsWith("is not installed") || why.contains("not permitted")
                ? new Warn(
                        KERNEL,
                        "what the kernel supports cannot be tried: " + why,
                        RuleChecks.toLook(why))
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
