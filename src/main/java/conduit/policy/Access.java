package conduit.policy;

import conduit.address.Destination;
import conduit.config.Inbound;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Who wants to go where.
 *
 * @param client the address of the client's socket
 * @param onThisMachine whether that is an address of this machine
 * @param user who the client has proved to be, if anybody
 */
public record Access(
        InetAddress client,
        boolean onThisMachine,
        Optional<String> user,
        Inbound inbound,
        Destination destination) {}
