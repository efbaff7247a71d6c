package conduit.transport;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Which connections this process has dialled in the last seconds. A firewall rule that catches
 * conduit's own connections brings them to its transparent listener, and each that is dialled on
 * comes back again, until no descriptor is left. By both its ends it is known: one alone may be
 * somebody else's at the same time. Called on event loops.
 */
final class RecentDials {

    /** Far longer than a connection lies in a listener's queue. */
    static final Duration GENERATION = Duration.ofSeconds(2);

    private record Ends(InetSocketAddress from, InetSocketAddress to) {}

    private record Generations(Set<Ends> latest, Set<Ends> before, long begunAt) {

        static Generations after(Set<Ends> before, long now) {
            return new Generations(ConcurrentHashMap.newKeySet(), before, now);
        }
    }

    private final LongSupplier nanoTime;
    private final AtomicReference<Generations> generations;

    RecentDials(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        generations = new AtomicReference<>(Generations.after(Set.of(), nanoTime.getAsLong()));
    }

    /** A connection has been begun. */
    void add(InetSocketAddress from, InetSocketAddress to) {
        current().latest().add(new Ends(from, to));
    }

    /** Whether a connection between these ends is one of ours. */
    boolean contains(InetSocketAddress from, InetSocketAddress to) {
        Generations known = current();
        Ends ends = new Ends(from, to);
        return known.latest().contains(ends) || known.before().contains(ends);
    }

    /** Two generations are kept, so that nothing need be taken out one by one. */
    private Generations current() {
        Generations known = generations.get();
        long now = nanoTime.getAsLong();
        long age = now - known.begunAt();
        if (age < GENERATION.toNanos()) {
            return known;
        }
        boolean isRecent = age < 2 * GENERATION.toNanos();
        Set<Ends> before = isRecent ? known.latest() : Set.of();
        generations.compareAndSet(known, Generations.after(before, now));
        return generations.get();
    }
}
