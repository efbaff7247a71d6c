package conduit.limits;

import conduit.address.Network;
import conduit.config.ConnectionLimits;
import java.net.InetAddress;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The seats that accepted connections take: one of all, and where clients or users are limited one
 * of theirs. What is known of a client is forgotten with its last connection, or a second or two
 * later where the pace of new ones is limited. Called on every event loop; what several of them
 * change is atomic, entry by entry.
 */
public final class Seats {

    /** As many as Netty accepts at once: more free seats would only keep clients waiting. */
    private static final int MOST_HYSTERESIS = 16;

    private static final int HYSTERESIS_SHARE = 64;

    private static final long SWEEP_NANOS = 1_000_000_000;

    /**
     * How many there are.
     *
     * @param roomAgain how few are to be taken until those who wait are told
     */
    private record Bounds(ConnectionLimits limits, int most, int roomAgain) {
        static Bounds of(ConnectionLimits limits, int most) {
            return new Bounds(
                    limits, most, most - Math.clamp(most / HYSTERESIS_SHARE, 1, MOST_HYSTERESIS));
        }
    }

    private volatile Bounds bounds;
    private final LongSupplier nanoTime;
    private final AtomicInteger taken = new AtomicInteger();
    private final LongAdder accepted = new LongAdder();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private volatile Runnable allFree = () -> {};
    private final Map<Network, ClientSeats> clients = new ConcurrentHashMap<>();
    private final Map<String, Integer> users = new ConcurrentHashMap<>();
    private final AtomicLong nextSweep;

    /**
     * All of them free.
     *
     * @param most in all
     */
    public Seats(ConnectionLimits limits, int most) {
        this(limits, most, System::nanoTime);
    }

    Seats(ConnectionLimits limits, int most, LongSupplier nanoTime) {
        this.bounds = Bounds.of(limits, most);
        this.nanoTime = nanoTime;
        this.nextSweep = new AtomicLong(nanoTime.getAsLong() + SWEEP_NANOS);
    }

    /**
     * From now on there are so many. Those who have a seat keep it, also where it is one too many,
     * and count for the new limits; but of clients only while one of theirs is limited.
     */
    public void change(ConnectionLimits limits, int most) {
        bounds = Bounds.of(limits, most);
        tellIfThereIsRoom();
    }

    /**
     * Takes a seat for a connection that has been accepted: also for one that is to be turned away,
     * since it has a descriptor until then. Whoever takes it sees to its release.
     */
    public Seat take(InetAddress client) {
        taken.incrementAndGet();
        accepted.increment();
        ConnectionLimits limits = bounds.limits();
        if (limits.perClient().isEmpty() && limits.newPerClient().isEmpty()) {
            return Seat.ofAnybody(this);
        }
        long now = nanoTime.getAsLong();
        sweep(now);
        Seat seat = Seat.of(limits.client(client), this);
        clients.compute(
                seat.client(),
                (_, its) -> (its == null ? new ClientSeats(now) : its).take(seat, limits, now));
        return seat;
    }

    /** How many there are. */
    public int most() {
        return bounds.most();
    }

    /** How many are taken. */
    public int taken() {
        return taken.get();
    }

    /** How many were ever taken. */
    public long accepted() {
        return accepted.sum();
    }

    /** Whether nobody else is to be accepted. */
    public boolean areFull() {
        return taken.get() >= bounds.most();
    }

    /**
     * Has this run once, soon after a few seats are free, on the thread of whoever leaves one, or
     * at once on this one.
     */
    public void whenThereIsRoom(Runnable action) {
        waiting.add(action);
        tellIfThereIsRoom();
    }

    /**
     * Has this run when no seat is taken any more, on the thread of whoever leaves the last one, or
     * at once on this one; more than once where somebody takes one again.
     */
    public void whenAllAreFree(Runnable action) {
        allFree = action;
        if (taken.get() == 0) {
            action.run();
        }
    }

    private void tellIfThereIsRoom() {
        while (taken.get() <= bounds.roomAgain()) {
            Runnable next = waiting.poll();
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    void release(Seat seat) {
        if (seat.hasClient()) {
            long now = nanoTime.getAsLong();
            clients.computeIfPresent(seat.client(), (_, its) -> its.release(seat, now));
        }
        if (taken.decrementAndGet() == 0) {
            allFree.run();
        }
        tellIfThereIsRoom();
    }

    /** Takes one of the user's, if there is one. */
    void takeOfUser(String user, Seat seat) {
        int most = bounds.limits().perUser().orElse(Integer.MAX_VALUE);
        users.compute(
                user,
                (_, has) -> {
                    int before = has == null ? 0 : has;
                    if (before >= most) {
                        return has;
                    }
                    seat.takenBy(user);
                    return before + 1;
                });
    }

    /** What a user is told who may have no more. */
    Exceeded exceededBy(String user) {
        return new Exceeded(
                Exceeded.Limit.USER_CONNECTIONS,
                "user "
                        + user
                        + " has "
                        + bounds.limits().perUser().orElse(0)
                        + " connections, as many as a user may have");
    }

    void releaseOfUser(String user) {
        users.computeIfPresent(user, (_, has) -> has == 1 ? null : has - 1);
    }

    /** Forgets clients that were remembered for their pace alone; once a second at most. */
    private void sweep(long now) {
        long due = nextSweep.get();
        if (now - due >= 0 && nextSweep.compareAndSet(due, now + SWEEP_NANOS)) {
            clients.keySet()
                    .forEach(client ->
                            clients.computeIfPresent(client, (_, its) -> its.unlessOver(now)));
        }
    }

    /** How many clients and users are known. */
    int remembered() {
        return clients.size() + users.size();
    }
}
