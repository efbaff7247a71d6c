package conduit.outbound.dns;

import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.stats.ConcurrentStatsCounter;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;
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

    private final Transport transport;
    private final LocalFiles files;
    private final FastThreadLocal<OfLoop> lookups = new FastThreadLocal<>();
    private volatile Manner manner;

    /** How all caches have served, those included that are given up. */
    private final StatsCounter served = new ConcurrentStatsCounter();

    /** Whom it asks and how, and what they have answered. */
    private record Manner(
            Resolving resolving,
            Duration oneTry,
            AnswerCache cache,
            DnsNameResolverBuilder questions) {}

    /** The lookups of a loop that have begun in this manner. */
    private record OfLoop(Manner manner, Lookups lookups) {}

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
        this.transport = transport;
        this.files = files;
        Duration oneTry = oneTry(dialTimeout);
        this.manner =
                new Manner(resolving, oneTry, cacheOf(resolving.cacheEntries()), questions(oneTry));
    }

    private AnswerCache cacheOf(int entries) {
        return new AnswerCache(entries, Ticker.systemTicker(), served);
    }

    private DnsNameResolverBuilder questions(Duration oneTry) {
        return new DnsNameResolverBuilder()
                .datagramChannelFactory(transport.datagrams())
                .socketChannelFactory(transport.streams())
                // A port of its own for each question makes forged answers hard to place.
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .maxPayloadSize(LARGEST_DATAGRAM)
                .queryTimeoutMillis(oneTry.toMillis());
    }

    /**
     * Asks in another manner from here on; lookups under way end as they began. What is remembered
     * stays, unless other servers have said it. From any one thread.
     */
    public void change(Resolving resolving, Duration dialTimeout) {
        Manner before = manner;
        Duration oneTry = oneTry(dialTimeout);
        if (resolving.equals(before.resolving()) && oneTry.equals(before.oneTry())) {
            return;
        }
        AnswerCache cache = before.cache();
        if (resolving.servers().equals(before.resolving().servers())) {
            cache.hold(resolving.cacheEntries());
        } else {
            cache = cacheOf(resolving.cacheEntries());
        }
        manner = new Manner(resolving, oneTry, cache, questions(oneTry));
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
                ? manner.cache().get(name)
                : Optional.of(new Answer.Found(listed, Duration.ZERO));
    }

    private Lookups lookups(EventLoop loop) {
        OfLoop known = lookups.get();
        Manner now = manner;
        if (known != null && known.manner().equals(now)) {
            return known.lookups();
        }
        DnsNameResolver resolver = now.questions().copy().eventLoop(loop).build();
        Lookups begun = new Lookups(loop, resolver, () -> resolvConf(now.resolving()), now.cache());
        lookups.set(new OfLoop(now, begun));
        return begun;
    }

    private ResolvConf resolvConf(Resolving resolving) {
        ResolvConf system = files.resolvConf();
        return resolving.servers().isEmpty() ? system : system.asking(resolving.servers());
    }

    /** How many names are remembered. Any thread. */
    public long remembered() {
        return manner.cache().size();
    }

    /** How many lookups found their answer remembered. Any thread. */
    public long hits() {
        return served.snapshot().hitCount();
    }

    /** How many did not, and asked or joined others who did. Any thread. */
    public long misses() {
        return served.snapshot().missCount();
    }
}
