package conduit.config;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The listener for those who run conduit: metrics, live tunnels, health.
 *
 * @param address resolved; port 0 takes a free port
 * @param token what has to be known there; on another address than a loopback one there is one
 */
public record Administration(InetSocketAddress address, Optional<AdminToken> token) {

    /**
     * Refuses names, and what everybody on the network could use.
     *
     * @throws IllegalArgumentException when the address is unresolved, or not a loopback address
     *     and without a token
     */
    public Administration {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("not an IP address: " + address);
        }
        if (token.isEmpty() && !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("a token is needed on " + address);
        }
    }
}
