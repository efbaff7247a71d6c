package conduit.tunnel;

import conduit.address.Network;
import conduit.config.Limits;
import conduit.config.Rate;
import conduit.config.Rates;
import conduit.relay.Allowance;
import conduit.relay.Bucket;
import conduit.relay.Paces;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Paces connections by the operator's rates. The buckets of a client are kept as long as it has a
 * connection and until they are as good as new, so that nobody gets more by connecting again; and
 * hardly longer, so that their number is that of the clients that are, or just were, connected.
 * Used on all event loops.
 */
public final class PacingByRates implements Pacing {

    /** The two ways of a rate. */
    private record Pair(Bucket up, Bucket down) {
        static Pair of(Rate rate, long now) {
            return new Pair(new Bucket(rate, now), new Bucket(rate, now));
        }

        boolean isIdle(long now) {
            return up.isIdle(now) && down.isIdle(now);
        }
    }

    /** What the connections of a client share, and how many there are. */
    private record Shared(Pair pair, int connections) {
        Shared joined() {
            return new Shared(pair, connections + 1);
        }

        Shared left() {
            return new Shared(pair, connections - 1);
        }

        boolean isOfNoUse(long now) {
            return connections == 0 && pair.isIdle(now);
        }
    }

    private final Rates rates;
    private final Function<InetAddress, Network> clientOf;
    private final LongSupplier clock;
    private final Optional<Pair> inTotal;
    private final ConcurrentMap<Network, Shared> clients = new ConcurrentHashMap<>();

    /** How many more may join before {@link #forgetThoseThatAreGone} looks at all. */
    private final AtomicInteger untilALook = new AtomicInteger();

    /** The clock tells nanoseconds, as {@link System#nanoTime}. */
    PacingByRates(Limits limits, LongSupplier clock) {
        this.rates = limits.rates();
        this.clientOf = limits.connections()::client;
        this.clock = clock;
        this.inTotal = rates.inTotal().map(this::pair);
    }

    /** For the rates among these limits. */
    public static Pacing of(Limits limits) {
        return limits.rates().equals(Rates.NONE)
                ? FREE
                : new PacingByRates(limits, System::nanoTime);
    }

    @Override
    public Paces of(InetAddress client) {
        Network known = clientOf.apply(client);
        Optional<Pair> shared = rates.perClient().map(rate -> join(known, rate));
        Pair[] all =
                Stream.of(rates.perConnection().map(this::pair), shared, inTotal)
                        .flatMap(Optional::stream)
                        .toArray(Pair[]::new);
        return new Paces(
                Allowance.over(Arrays.stream(all).map(Pair::up).toList()),
                Allowance.over(Arrays.stream(all).map(Pair::down).toList()),
                shared.isEmpty() ? () -> {} : () -> leave(known));
    }

    private Pair pair(Rate rate) {
        return Pair.of(rate, clock.getAsLong());
    }

    private Pair join(Network client, Rate rate) {
        forgetThoseThatAreGone();
        return clients.merge(client, new Shared(pair(rate), 1), (known, _) -> known.joined())
                .pair();
    }

    private void leave(Network client) {
        clients.computeIfPresent(client, (_, shared) -> withoutOne(shared));
    }

    private @Nullable Shared withoutOne(Shared shared) {
        Shared left = shared.left();
        return left.isOfNoUse(clock.getAsLong()) ? null : left;
    }

    /**
     * Those that left before their buckets were as good as new. All are looked at, but only when as
     * many have joined as there were after the last time: that costs each of them two looks.
     */
    private void forgetThoseThatAreGone() {
        if (untilALook.decrementAndGet() < 0) {
            long now = clock.getAsLong();
            clients.values().removeIf(shared -> shared.isOfNoUse(now));
            untilALook.set(clients.size());
        }
    }

    /** How many clients are remembered. */
    int remembered() {
        return clients.size();
    }
}
