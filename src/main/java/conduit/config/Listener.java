package conduit.config;

import conduit.address.IpLiteral;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * An address to accept on, with the protocol spoken there.
 *
 * @param address resolved; port 0 takes a free port
 */
public record Listener(Protocol protocol, InetSocketAddress address) {

    /** What clients speak to a listener. */
    public enum Protocol {
        HTTP,
        SOCKS5,
        /** Nothing: connections that a firewall rule brings here are for somebody else. */
        TPROXY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Refuses names: what a listener binds to must not depend on a lookup.
     *
     * @throws IllegalArgumentException when the address is unresolved
     */
    public Listener {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("not an IP address: " + address);
        }
    }

    /** {@code http 127.0.0.1:8080}; IPv6 in brackets. */
    @Override
    public String toString() {
        return protocol
                + " "
                + IpLiteral.withoutPort(address.getAddress())
                + ":"
                + address.getPort();
    }
}
