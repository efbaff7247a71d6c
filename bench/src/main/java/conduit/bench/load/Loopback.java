package conduit.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses on this machine; everything here talks over them. */
public final class Loopback {

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("127.0.0.1");

    private Loopback() {}

    public static InetSocketAddress at(int port) {
        return new InetSocketAddress(ADDRESS, port);
    }

    /** As it stands in requests and configurations. */
    public static String authority(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
