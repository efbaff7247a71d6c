package conduit.config.rules;

import conduit.address.Network;
import conduit.address.PortRange;
import conduit.config.Inbound;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One rule: what it does with those that match in every respect. An empty list or set matches
 * everything, except that no rule about users matches a client without one.
 *
 * @param from networks of clients
 * @param users names of users
 * @param inbounds what the client speaks
 * @param to destinations
 * @param ports of destinations
 * @param unguarded whether what this allows is allowed although its address is special-purpose
 * @param where it is written, for people: {@code conduit.toml:12}, or {@code
 *     --deny-to=192.0.2.0/24}
 */
public record Rule(
        Action action,
        List<Network> from,
        Set<String> users,
        Set<Inbound> inbounds,
        List<Target> to,
        List<PortRange> ports,
        boolean unguarded,
        String where) {

    /** Copies the collections. */
    public Rule {
        from = List.copyOf(from);
        users = Set.copyOf(users);
        inbounds = inbounds.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(inbounds));
        to = List.copyOf(to);
        ports = List.copyOf(ports);
    }
}
