package conduit.tunnel;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.policy.Access;
import conduit.policy.Policy;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where tunnels and exchanges are admitted. Called on event loops.
 *
 * @param ofThisMachine whether an address is one of this machine
 */
public record Admissions(Policy policy, Predicate<InetAddress> ofThisMachine) {

    /** For one of them, whose account is open. */
    public Admission of(
            InetAddress client,
            Optional<String> user,
            Inbound inbound,
            Destination destination,
            Account account) {
        Access access = new Access(client, ofThisMachine.test(client), user, inbound, destination);
        return new Admission(policy, access, account);
    }
}
