package conduit.users;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Whose doing a claim is counted as: an IPv4 address, or the /64 of an IPv6 address, within which
 * one host may choose freely (RFC 4291, section 2.5.4).
 */
record ClientNetwork(boolean ofIpv4, long bits) {

    static ClientNetwork of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new ClientNetwork(true, bytes.getInt())
                : new ClientNetwork(false, bytes.getLong());
    }
}
