package conduit.outbound;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which family to dial first. That is IPv6, as RFC 6724 has it for a machine with both, unless IPv4
 * has won against it at this host lately, or this machine had no route to IPv6 a moment ago. Only
 * what differs from the rule is kept, so that most hosts take no room. Each loop has its own.
 */
final class FamilyMemory {

    /** Bounds what clients can fill: with its name, a host takes about 200 bytes. */
    static final int MOST_HOSTS = 2048;

    /** RFC 6555, section 4.2: IPv6 gets another chance on the order of every ten minutes. */
    static final Duration HOST_KEPT = Duration.ofMinutes(10);

    /** Short, since a route may come with the next router advertisement. */
    static final Duration NO_ROUTE_KEPT = Duration.ofSeconds(10);

    private final LongSupplier nanoTime;

    /** When IPv4 won, in the order of time. A win is not renewed by what it brought about. */
    private final Map<String, Long> ipv4WonAt = new LinkedHashMap<>();

    private @Nullable Long noIpv6RouteAt;

    FamilyMemory(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** The family to dial first at a host that has both. */
    Family first(String host) {
        if (isWithin(HOST_KEPT, ipv4WonAt.get(host))) {
            return Family.IPV4;
        }
        return hasNoIpv6Route() ? Family.IPV4 : Family.IPV6;
    }

    /** The other family was dialled first at this host, and this one was quicker all the same. */
    void won(String host, Family family) {
        ipv4WonAt.remove(host);
        // Without a route IPv6 has not lost at this host, but everywhere and perhaps not for long.
        if (family == Family.IPV6 || hasNoIpv6Route()) {
            return;
        }
        if (ipv4WonAt.size() == MOST_HOSTS) {
            ipv4WonAt.remove(ipv4WonAt.keySet().iterator().next());
        }
        ipv4WonAt.put(host, nanoTime.getAsLong());
    }

    /** This machine had no route to IPv6. */
    void noIpv6Route() {
        noIpv6RouteAt = nanoTime.getAsLong();
    }

    private boolean hasNoIpv6Route() {
        return isWithin(NO_ROUTE_KEPT, noIpv6RouteAt);
    }

    private boolean isWithin(Duration time, @Nullable Long since) {
        return since != null && nanoTime.getAsLong() - since < time.toNanos();
    }
}
