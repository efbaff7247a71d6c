package conduit.tunnel;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.policy.Access;
import conduit.policy.Policy;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where tunnels and exchanges are admitted. Called on event loops.
 *
 * @param ofThisMachine whether an address is one of this machine
 */
public record Admissions(Policy policy, Predicate<InetAddress> ofThisMachine) {

    /** For one of them, whose account is open. */
    public Admission of(Channel client, Inbound inbound, Destination destination, Account account) {
        InetAddress address = ((InetSocketAddress) client.remoteAddress()).getAddress();
        Access access = access(address, account.user(), inbound, destination);
        return new Admission(policy, access, account, Seating.refusal(client, account.user()));
    }

    /** What one wants that is under way. */
    Access access(Account account) {
        return access(
                account.client().getAddress(),
                account.user(),
                account.inbound(),
                account.destination());
    }

    private Access access(
            InetAddress client, Optional<String> user, Inbound inbound, Destination destination) {
        return new Access(client, ofThisMachine.test(client), user, inbound, destination);
    }
}
