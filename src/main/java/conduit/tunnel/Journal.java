package conduit.tunnel;

import conduit.address.Destination;
import conduit.config.Inbound;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** Where the end of every tunnel and exchange is written down, once. Called on event loops. */
@FunctionalInterface
public interface Journal {

    /** Writes one entry; never blocks and never throws. */
    void write(Entry entry);

    /**
     * One tunnel, one exchange, or one connection that never asked for either.
     *
     * @param user who the client has proved to be; empty when it has not
     * @param destination what the client asked for; empty when it never got that far
     * @param remote the socket address connected to; empty when none was
     * @param decidedBy where the rule is written that allowed or denied it; empty when none did
     * @param wouldDeny where the rule to be reported is written that would have denied it
     * @param bytesUp bytes of payload delivered from client to remote (an exchange: of the body)
     * @param bytesDown the same from remote to client
     * @param retries how often the request went out once more, on a new connection
     * @param duration from accept, for an exchange from its request, to the end
     */
    record Entry(
            InetSocketAddress client,
            Optional<String> user,
            Inbound inbound,
            Optional<Destination> destination,
            Optional<InetSocketAddress> remote,
            Optional<String> decidedBy,
            Optional<String> wouldDeny,
            Ending ending,
            long bytesUp,
            long bytesDown,
            int retries,
            Duration duration) {}
}
