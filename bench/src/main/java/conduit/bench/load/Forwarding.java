package conduit.bench.load;

import java.net.InetSocketAddress;
import java.util.Map;

/**
 * How a client has plain HTTP requests forwarded.
 *
 * @param proxy where it connects
 * @param beforePath what it writes into the request line before the path: the start of a whole URL,
 *     or nothing where the proxy knows by its port where to go
 */
public record Forwarding(InetSocketAddress proxy, String beforePath) {

    /** As a client of a forward proxy writes it (RFC 9112 section 3.2.2). */
    public static final String WHOLE_URL = "http://" + Service.HTTP.authority();

    Entrance entrance() {
        return new Entrance.Fixed(Map.of(Service.HTTP, proxy));
    }
}
