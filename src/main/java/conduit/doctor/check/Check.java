package conduit.doctor.check;

import java.util.List;
import java.util.stream.Stream;

/** A question to the facts. Pure; what is of no importance here is not asked. */
@FunctionalInterface
interface Check {

    /** What it comes to: one or more findings, or none. */
    Stream<Finding> of(Situation situation);

    /** All of them, in the order of a connection's way: from the rules to the limits. */
    List<Check> ALL =
            List.of(
                    RuleChecks::present,
                    RuleChecks::leftBehind,
                    RuleChecks::canaries,
                    RuleChecks::guarded,
                    ListenerChecks::running,
                    ListenerChecks::address,
                    ListenerChecks::transparent,
                    PrivilegeChecks::capability,
                    PrivilegeChecks::kernel,
                    RoutingChecks::delivered,
                    RoutingChecks::rerouted,
                    RoutingChecks::answers,
                    LoopChecks::mark,
                    LoopChecks::exempt,
                    InterfaceChecks::present,
                    InterfaceChecks::reversePath,
                    InterfaceChecks::sourceMark,
                    InterfaceChecks::forwarding,
                    InterfaceChecks::routeLocalnet,
                    InterfaceChecks::bridges,
                    LimitChecks::conntrack,
                    LimitChecks::descriptors,
                    LimitChecks::ports,
                    LimitChecks::backlog,
                    LimitChecks::pipes);
}
