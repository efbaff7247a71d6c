package conduit.transport;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
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

    private record Generations(Map<Ends, Integer> latest, Map<Ends, Integer> before, long begunAt) {

        static Generations after(Map<Ends, Integer> before, long now) {
            return new Generations(new ConcurrentHashMap<>(), before, now);
        }
    }

    private final LongSupplier nanoTime;
    private final AtomicReference<Generations> generations;

    RecentDials(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        generations = new AtomicReference<>(Generations.after(Map.of(), nanoTime.getAsLong()));
    }

    /** A connection has been begun, through this descriptor. */
    void add(Ends ends, int descriptor) {
        current().latest().put(ends, descriptor);
    }

    /**
     * The descriptor through which a connection between these ends was begun lately, if one was. It
     * may have been closed since, and stand for something else.
     */
    Optional<Integer> descriptorOf(Ends ends) {
        Generations known = current();
        Integer latest = known.latest().get(ends);
        return Optional.ofNullable(latest == null ? known.before().get(ends) : latest);
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
        Map<Ends, Integer> before = isRecent ? known.latest() : Map.of();
        generations.compareAndSet(known, Generations.after(before, now));
        return generations.get();
    }
}
