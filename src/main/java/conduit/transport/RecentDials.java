package conduit.transport;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * From which local addresses this process has dialled in the last seconds. A firewall rule that
 * catches conduit's own connections brings them to its transparent listener, and each that is
 * dialled on comes back again, until no descriptor is left; by its address it is known. Called on
 * event loops.
 */
final class RecentDials {

    /** Far longer than a connection lies in a listener's queue. */
    private static final Duration GENERATION = Duration.ofSeconds(2);

    private record Generations(Set<SocketAddress> latest, Set<SocketAddress> before, long begunAt) {

        static Generations after(Set<SocketAddress> before, long now) {
            return new Generations(ConcurrentHashMap.newKeySet(), before, now);
        }
    }

    private final AtomicReference<Generations> generations =
            new AtomicReference<>(Generations.after(Set.of(), System.nanoTime()));

    /** A connection has been begun from here. */
    void add(SocketAddress local) {
        current().latest().add(local);
    }

    /** Whether a connection from there is one of ours. */
    boolean contains(SocketAddress client) {
        Generations known = generations.get();
        return known.latest().contains(client) || known.before().contains(client);
    }

    /** Two generations are kept, so that nothing need be taken out one by one. */
    private Generations current() {
        Generations known = generations.get();
        long now = System.nanoTime();
        if (now - known.begunAt() < GENERATION.toNanos()) {
            return known;
        }
        generations.compareAndSet(known, Generations.after(known.latest(), now));
        return generations.get();
    }
}
