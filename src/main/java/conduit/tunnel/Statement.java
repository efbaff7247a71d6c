package conduit.tunnel;

import conduit.address.Destination;
import conduit.config.Inbound;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What an open account says at one moment.
 *
 * @param loop the event loop that it lives on
 * @param user who the client has proved to be, if anybody
 * @param remote the socket address connected to, if one is
 * @param decidedBy where the rule is written that allows it, if one does
 * @param ageNanos since its negotiation began
 * @param idleNanos since bytes were last seen to cross it, which is looked at every two seconds
 * @param upRate bytes per second over the last few seconds
 */
public record Statement(
        Account account,
        int loop,
        Id id,
        InetSocketAddress client,
        Optional<String> user,
        Inbound inbound,
        Destination destination,
        Optional<InetSocketAddress> remote,
        Optional<String> decidedBy,
        Phase phase,
        long ageNanos,
        long idleNanos,
        long bytesUp,
        long bytesDown,
        double upRate,
        double downRate) {}
