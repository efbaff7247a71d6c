package conduit.inbound.transparent;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Asks conntrack where a connection was going before a rule rewrote its destination:
 * SO_ORIGINAL_DST (linux/netfilter_ipv4.h) and its twin IP6T_SO_ORIGINAL_DST
 * (linux/netfilter_ipv6/ip6_tables.h).
 */
final class OriginalDestination {

    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;
    private static final int SO_ORIGINAL_DST = 80;

    /** struct sockaddr_in (ip(7)) and struct sockaddr_in6 (ipv6(7)). */
    private static final ChannelOption<ByteBuffer> IPV4 =
            new RawUnixChannelOption("SO_ORIGINAL_DST", SOL_IP, SO_ORIGINAL_DST, 16);

    private static final ChannelOption<ByteBuffer> IPV6 =
            new RawUnixChannelOption("IP6T_SO_ORIGINAL_DST", SOL_IPV6, SO_ORIGINAL_DST, 28);

    private static final int PORT_AT = 2;
    private static final int IPV4_AT = 4;
    private static final int IPV6_AT = 8;

    private OriginalDestination() {}

    /**
     * The destination before any rewriting; empty when conntrack does not know the connection. An
     * IPv4 client of a listener on IPv6 has a mapped address, which Java shows as IPv4: conntrack
     * knows it as that, too.
     */
    static Optional<InetSocketAddress> of(Channel client) {
        InetSocketAddress local = (InetSocketAddress) client.localAddress();
        try {
            return Optional.of(
                    local.getAddress() instanceof Inet4Address
                            ? read(client.config().getOption(IPV4), IPV4_AT, 4)
                            : read(client.config().getOption(IPV6), IPV6_AT, 16));
        } catch (ChannelException e) {
            // ENOENT: not in the table. ENOPROTOOPT: the kernel has no table at all.
            return Optional.empty();
        }
    }

    private static InetSocketAddress read(ByteBuffer address, int at, int length) {
        byte[] bytes = new byte[length];
        address.get(at, bytes);
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(bytes),
                    Short.toUnsignedInt(address.getShort(PORT_AT)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
