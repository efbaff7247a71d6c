package conduit.e2e.kit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** A place that can be named to a proxy: a name or an address without brackets, and a port. */
public record Target(String host, int port) {

    /** Reads {@code host:port}, IPv6 in brackets. */
    public static Target parse(String authority) {
        int colon = authority.lastIndexOf(':');
        String host = authority.substring(0, colon).replace("[", "").replace("]", "");
        return new Target(host, Integer.parseInt(authority.substring(colon + 1)));
    }

    /** A socket address as a place. */
    public static Target of(InetSocketAddress address) {
        return new Target(address.getAddress().getHostAddress(), address.getPort());
    }

    /** A port where nobody listens: it was free a moment ago. */
    public static Target closed(Family family) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, family.bindAddress())) {
            return new Target(family.host(), free.getLocalPort());
        }
    }

    /** {@code host:port}, IPv6 in brackets. */
    public String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** The start of an absolute-form request target. */
    public String url(String pathAndQuery) {
        return "http://" + authority() + pathAndQuery;
    }

    /** As a socket address; the host must be an address. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    @Override
    public String toString() {
        return authority();
    }
}
