package conduit.outbound.dns;

import com.github.benmanes.caffeine.cache.Ticker;
import conduit.config.Resolving;
import conduit.transport.Transport;
import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds the addresses of names: in the hosts file, among the answers that are still good, or from
 * name servers. Shared by all event loops; each has its own lookups under way.
 */
public final class Resolver {

    /**
     * Two servers can keep silent, and as much time is left to connect. A server that has to look
     * far itself answers within this in all but a few cases.
     */
    private static final Duration LONGEST_TRY = Duration.ofSeconds(2);

    /** Below this, every busy moment of this machine would be taken for a silent server. */
    private static final Duration SHORTEST_TRY = Duration.ofMillis(10);

    /** What crosses every network in one piece (DNS Flag Day 2020); larger answers take TCP. */
    private static final int LARGEST_DATAGRAM = 1232;

    private final LocalFiles files;
    private final Resolving resolving;
    private final AnswerCache cache;
    private final DnsNameResolverBuilder questions;
    private final FastThreadLocal<Lookups> lookups = new FastThreadLocal<>();

    /** Somebody's wait for an answer. */
    public interface Wait {
        /** Waits no longer and is told nothing; when nobody waits, nothing is asked any more. */
        void leave();
    }

    /**
     * Asks nobody yet.
     *
     * @param dialTimeout how long whoever asks has for lookup and connecting together
     */
    public Resolver(
            Transport transport, Resolving resolving, Duration dialTimeout, LocalFiles files) {
        this.files = files;
        this.resolving = resolving;
        this.cache = new AnswerCache(resolving.cacheEntries(), Ticker.systemTicker());
        this.questions =
                new DnsNameResolverBuilder()
                        .datagramChannelFactory(transport.datagrams())
                        .socketChannelFactory(transport.streams())
                        // A port of its own for each question makes forged answers hard to place.
                        .datagramChannelStrategy(
                                DnsNameResolverChannelStrategy.ChannelPerResolution)
                        .maxPayloadSize(LARGEST_DATAGRAM)
                        .queryTimeoutMillis(oneTry(dialTimeout).toMillis());
    }

    /** How long a server has to answer: a third of the dial timeout, within bounds. */
    static Duration oneTry(Duration dialTimeout) {
        return Duration.ofNanos(
                Math.clamp(
                        dialTimeout.toNanos() / 3, SHORTEST_TRY.toNanos(), LONGEST_TRY.toNanos()));
    }

    /**
     * Looks a name up on this loop, which must be the thread that calls. {@code told} gets exactly
     * one answer, later or before this returns, unless the wait is left first: then none.
     *
     * @param name in lower case
     */
    public Wait lookUp(String name, EventLoop loop, Consumer<Answer> told) {
        Optional<Answer> known = known(name);
        if (known.isPresent()) {
            told.accept(known.get());
            return () -> {};
        }
        return lookups(loop).join(name, told);
    }

    private Optional<Answer> known(String name) {
        List<InetAddress> listed = files.addresses(name);
        return listed.isEmpty()
                ? cache.get(name)
                : Optional.of(new Answer.Found(listed, Duration.ZERO));
    }

    private Lookups lookups(EventLoop loop) {
        Lookups ofLoop = lookups.get();
        if (ofLoop == null) {
            DnsNameResolver resolver = questions.copy().eventLoop(loop).build();
            ofLoop = new Lookups(loop, resolver, this::resolvConf, cache);
            lookups.set(ofLoop);
        }
        return ofLoop;
    }

    private ResolvConf resolvConf() {
        ResolvConf system = files.resolvConf();
        return resolving.servers().isEmpty() ? system : system.asking(resolving.servers());
    }

    /** How many names are remembered. Any thread. */
    public long remembered() {
        return cache.size();
    }

    /** How many lookups found their answer remembered. Any thread. */
    public long hits() {
        return cache.stats().hitCount();
    }

    /** How many did not, and asked or joined others who did. Any thread. */
    public long misses() {
        return cache.stats().missCount();
    }
}
