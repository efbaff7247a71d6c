package conduit.config;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * How names are looked up.
 *
 * @param servers whom to ask, in this order; empty means those of the system
 * @param cacheEntries how many names are remembered, 0 to {@value #MOST_CACHE_ENTRIES}
 */
public record Resolving(List<InetSocketAddress> servers, int cacheEntries) {

    /** About a gigabyte: a bound against mistyping. */
    public static final int MOST_CACHE_ENTRIES = 1_000_000;

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException when a server is a name or has no port, or the number is out
     *     of range
     */
    public Resolving {
        servers = List.copyOf(servers);
        if (servers.stream().anyMatch(at -> at.isUnresolved() || at.getPort() == 0)) {
            throw new IllegalArgumentException("servers: " + servers);
        }
        if (cacheEntries < 0 || cacheEntries > MOST_CACHE_ENTRIES) {
            throw new IllegalArgumentException("cacheEntries: " + cacheEntries);
        }
    }
}
