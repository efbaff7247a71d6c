package conduit.tunnel;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.config.Upstream;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Optional;

/** Where the end of every tunnel and exchange is written down, once. Called on event loops. */
@FunctionalInterface
public interface Journal {

    /** Writes one entry; never blocks and never throws. */
    void write(Entry entry);

    /**
     * One tunnel, one exchange, or one connection that never asked for either.
     *
     * @param endedAt when it was written down
     * @param user who the client has proved to be; empty when it has not
     * @param headline of its request; empty when that was none of HTTP, or none at all
     * @param destination what the client asked for; empty when it never got that far
     * @param upstream the way that it was sent by; empty when it never set out
     * @param remote the socket address connected to, the destination's or the parent's; empty when
     *     none was
     * @param decidedBy where the rule is written that allowed or denied it; empty when none did
     * @param wouldDeny where the rule to be reported is written that would have denied it
     * @param bytesUp bytes of payload delivered from client to remote (an exchange: of the body)
     * @param bytesDown the same from remote to client
     * @param retries how often the request went out once more, on a new connection
     * @param times how long it took, and its parts
     */
    record Entry(
            Instant endedAt,
            Id id,
            InetSocketAddress client,
            Optional<String> user,
            Inbound inbound,
            Optional<Headline> headline,
            Optional<Destination> destination,
            Optional<Upstream> upstream,
            Optional<InetSocketAddress> remote,
            Optional<String> decidedBy,
            Optional<String> wouldDeny,
            Ending ending,
            long bytesUp,
            long bytesDown,
            int retries,
            Times times) {}
}
