package conduit.e2e.kit;

import java.net.InetAddress;

/** How the destination is written; all of them mean this machine. */
public enum Family {
    IPV4("127.0.0.1", "127.0.0.1"),
    IPV6("::1", "::1"),
    /** Listens on IPv4 only: where localhost is also ::1, the proxy must try both. */
    NAME("localhost", "127.0.0.1");

    private final String host;
    private final String bindAddress;

    Family(String host, String bindAddress) {
        this.host = host;
        this.bindAddress = bindAddress;
    }

    /** What the client calls it. */
    public String host() {
        return host;
    }

    /** Where the origin listens. */
    public InetAddress bindAddress() {
        return InetAddress.ofLiteral(bindAddress);
    }
}
