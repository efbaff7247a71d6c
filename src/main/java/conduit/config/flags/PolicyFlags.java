package conduit.config.flags;

import conduit.address.Network;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Policing;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The flags about who may go where, a heading of {@link Options}. */
final class PolicyFlags {

    static final String ALLOW_FROM = "--allow-from";
    static final String DENY_FROM = "--deny-from";
    static final String ALLOW_TO = "--allow-to";
    static final String DENY_TO = "--deny-to";

    @Option(
            names = ALLOW_FROM,
            paramLabel = "NETWORK",
            converter = PolicyForm.Clients.class,
            description = {
                "Allow only clients whose address is in this network. May be repeated.",
                "Default: all. Example: --allow-from=10.0.0.0/8"
            })
    List<PolicyForm.Typed<Network>> allowFrom = new ArrayList<>();

    @Option(
            names = DENY_FROM,
            paramLabel = "NETWORK",
            converter = PolicyForm.Clients.class,
            description = {
                "Deny clients whose address is in this network, whatever else allows them. May be",
                "repeated.",
                "Default: none. Example: --deny-from=10.9.0.0/16"
            })
    List<PolicyForm.Typed<Network>> denyFrom = new ArrayList<>();

    @Option(
            names = ALLOW_TO,
            paramLabel = "TARGET",
            converter = PolicyForm.Destinations.class,
            description = {
                "Allow only these destinations: a network, a name, .NAME for it and whatever is",
                "below it, or *, each with or without a port or ports. May be repeated.",
                "Default: all. Example: --allow-to=.example.com:443"
            })
    List<PolicyForm.Typed<Destined>> allowTo = new ArrayList<>();

    @Option(
            names = DENY_TO,
            paramLabel = "TARGET",
            converter = PolicyForm.Destinations.class,
            description = {
                "Deny these destinations, whatever else allows them. May be repeated.",
                "Default: none. Example: --deny-to=[2001:db8::/32]:8000-8999"
            })
    List<PolicyForm.Typed<Destined>> denyTo = new ArrayList<>();

    @Option(
            names = "--guard",
            paramLabel = "off|local|strict",
            converter = PolicyForm.Guard.class,
            defaultValue = "local",
            description = {
                "Refuse special-purpose addresses: local keeps clients that are not on this machine",
                "from loopback, link-local, multicast and cloud metadata addresses, strict keeps all",
                "clients from whatever is not globally reachable. A network within such a block in",
                "--allow-to makes an exception.",
                "Default: ${DEFAULT-VALUE}. Example: --guard=strict"
            })
    Guarding guarding;

    Policing policing() {
        boolean onlySome = !allowFrom.isEmpty() || !allowTo.isEmpty();
        return new Policing(
                new RuleSet(
                        Stream.of(deniedClients(), deniedDestinations(), allowed())
                                .flatMap(rules -> rules)
                                .toList(),
                        onlySome ? Action.DENY : Action.ALLOW),
                guarding);
    }

    private Stream<Rule> deniedClients() {
        return denyFrom.stream().map(from -> of(Action.DENY, DENY_FROM, from));
    }

    private Stream<Rule> deniedDestinations() {
        return denyTo.stream().map(to -> of(Action.DENY, List.of(), DENY_TO, to));
    }

    /** A rule for each flag, so that the log can name the one that decided. */
    private Stream<Rule> allowed() {
        List<Network> from = allowFrom.stream().map(PolicyForm.Typed::value).toList();
        return allowTo.isEmpty()
                ? allowFrom.stream().map(one -> of(Action.ALLOW, ALLOW_FROM, one))
                : allowTo.stream().map(to -> of(Action.ALLOW, from, ALLOW_TO, to));
    }

    private static Rule of(Action action, String flag, PolicyForm.Typed<Network> from) {
        String where = flag + "=" + from.text();
        return rule(action, List.of(from.value()), Destined.ANYWHERE, where);
    }

    private static Rule of(
            Action action, List<Network> from, String flag, PolicyForm.Typed<Destined> to) {
        return rule(action, from, to.value(), flag + "=" + to.text());
    }

    private static Rule rule(Action action, List<Network> from, Destined to, String where) {
        return new Rule(
                action,
                from,
                Set.of(),
                Set.of(),
                to.target().equals(new Target.Anything()) ? List.of() : List.of(to.target()),
                to.ports(),
                false,
                where);
    }
}
