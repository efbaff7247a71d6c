package conduit.outbound;

import java.net.Inet4Address;
import java.net.InetSocketAddress;

/** The two kinds of addresses that a name may have. */
enum Family {
    IPV6,
    IPV4;

    /** The family of an address. */
    static Family of(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address ? IPV4 : IPV6;
    }
}
