package conduit.outbound;

import conduit.address.Destination;
import conduit.transport.Errno;
import conduit.transport.Transport;
import conduit.tunnel.Refusal;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.NoopAuthoritativeDnsServerCache;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up without blocking an event loop: the hosts file first, then the system's name
 * servers and search domains, A and AAAA together, over TCP when an answer is truncated. Remembers
 * no answers, so that no client can fill a cache; a caching server nearby does that better.
 */
public final class Names {

    /** Short enough that a second server is asked within the default dial timeout. */
    private static final Duration ONE_QUERY = Duration.ofSeconds(2);

    /** Bounds what one name can make us ask: both families, twice, and a few aliases. */
    private static final int QUERIES_PER_NAME = 8;

    private final DnsAddressResolverGroup resolvers;

    /** Asks the system's name servers. */
    public Names(Transport transport) {
        this(builder(transport));
    }

    /** Asks one name server, for tests that bring their own. */
    Names(Transport transport, InetSocketAddress server) {
        this(
                builder(transport)
                        .nameServerProvider(new SingletonDnsServerAddressStreamProvider(server)));
    }

    private Names(DnsNameResolverBuilder builder) {
        resolvers = new DnsAddressResolverGroup(builder);
    }

    /**
     * All addresses of a name with the destination's port, IPv4 first, on the loop given. Fails
     * with an exception that {@link #refusal} reads.
     */
    Future<List<InetSocketAddress>> lookUp(Destination.Name wanted, EventLoop loop) {
        return resolvers
                .getResolver(loop)
                .resolveAll(InetSocketAddress.createUnresolved(wanted.name(), wanted.port()));
    }

    /** What a failed lookup means: no such name, silent servers, or servers that failed. */
    static Refusal refusal(Throwable failure) {
        Optional<Errno> errno = Errno.of(failure);
        if (errno.equals(Optional.of(Errno.EMFILE)) || errno.equals(Optional.of(Errno.ENFILE))) {
            return Refusal.OUT_OF_DESCRIPTORS;
        }
        Throwable cause = failure.getCause();
        if (cause == null) {
            // The servers answered, and the answer holds no address.
            return Refusal.NAME_NOT_FOUND;
        }
        for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof DnsNameResolverTimeoutException) {
                return Refusal.NAME_LOOKUP_TIMED_OUT;
            }
            if (t instanceof DnsErrorCauseException answer
                    && answer.getCode().equals(DnsResponseCode.NXDOMAIN)) {
                return Refusal.NAME_NOT_FOUND;
            }
        }
        return Refusal.NAME_LOOKUP_FAILED;
    }

    private static DnsNameResolverBuilder builder(Transport transport) {
        return new DnsNameResolverBuilder()
                .datagramChannelFactory(transport.datagrams())
                .socketChannelFactory(transport.streams(), true)
                // A port of its own for each question makes forged answers harder to place.
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
                .completeOncePreferredResolved(false)
                .queryTimeoutMillis(ONE_QUERY.toMillis())
                .maxQueriesPerResolve(QUERIES_PER_NAME)
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .authoritativeDnsServerCache(NoopAuthoritativeDnsServerCache.INSTANCE);
    }
}
