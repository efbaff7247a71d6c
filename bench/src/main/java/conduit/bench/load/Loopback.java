package conduit.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses on this machine; everything here talks over them. */
public final class Loopback {

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.1");

    /** Whoever dials this one meets the rule of a proxy that its clients do not know. */
    public static final InetAddress REDIRECTED = InetAddress.ofLiteral("127.0.0.2");

    private Loopback() {}

    public static InetSocketAddress at(int port) {
        return new InetSocketAddress(ADDRESS, port);
    }

    /** As it stands in requests and configurations. */
    public static String authority(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
