package conduit.users;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import conduit.address.Network;
import conduit.users.Fingerprints.Fingerprint;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether clients are who they say. Hashes are compared by a few threads of its own, one
 * comparison for all who wait for the same; what was true is remembered for a while and costs
 * microseconds. Asked by all event loops, which it never blocks, and each is answered on its own.
 */
public final class Authenticator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Authenticator.class);

    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int MOST_REMEMBERED = 10_000;

    /** A comparison takes some 60 ms, so that the last of them would wait for minutes. */
    private static final int MOST_WAITING = 1_024;

    /** Some 8 s of one thread: about the negotiation timeout. */
    private static final int MOST_WAITING_OF_ONE_CLIENT = 128;

    private volatile Known known;
    private volatile Function<InetAddress, Network> clientOf;
    private final Fingerprints fingerprints = new Fingerprints();
    private final Failures failures;
    private final Ticker ticker;
    private final FairQueue<Verification> queue =
            new FairQueue<>(MOST_WAITING, MOST_WAITING_OF_ONE_CLIENT);

    /** Each of them is in the queue, being carried out, or about to be turned away. */
    private final ConcurrentMap<Fingerprint, Verification> underWay = new ConcurrentHashMap<>();

    private final List<Thread> threads = new ArrayList<>();

    /**
     * Starts half as many threads as there are processors: the event loops need theirs.
     *
     * @param clientOf whom an address stands for
     */
    public Authenticator(Users users, Function<InetAddress, Network> clientOf) {
        this(
                Optional.of(users),
                users::prove,
                clientOf,
                Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
                Ticker.systemTicker());
    }

    Authenticator(
            Predicate<Claim> proof,
            Function<InetAddress, Network> clientOf,
            int threadCount,
            Ticker ticker) {
        this(Optional.empty(), proof, clientOf, threadCount, ticker);
    }

    private Authenticator(
            Optional<Users> users,
            Predicate<Claim> proof,
            Function<InetAddress, Network> clientOf,
            int threadCount,
            Ticker ticker) {
        this.ticker = ticker;
        this.clientOf = clientOf;
        this.known = new Known(users, proof, provedClaims());
        this.failures = new Failures(ticker);
        for (int i = 1; i <= threadCount; i++) {
            threads.add(Thread.ofPlatform().daemon().name("verify-" + i).start(this::work));
        }
    }

    private Cache<Fingerprint, String> provedClaims() {
        return Caffeine.newBuilder()
                .ticker(ticker)
                .expireAfterWrite(REMEMBERED)
                .maximumSize(MOST_REMEMBERED)
                .build();
    }

    /** The users, and the claims of theirs that are known to be true. */
    private record Known(
            Optional<Users> users, Predicate<Claim> proof, Cache<Fingerprint, String> proved) {}

    /**
     * Knows these users from here on: nobody is proved any more who is gone or has another
     * password. What wrong claims have cost each network stays. From any one thread.
     */
    public void know(Users users) {
        Known before = known;
        Cache<Fingerprint, String> proved = provedClaims();
        before.users()
                .ifPresent(earlier ->
                        before.proved()
                                .asMap()
                                .forEach((fingerprint, user) -> {
                                    if (users.haveTheSame(user, earlier)) {
                                        proved.put(fingerprint, user);
                                    }
                                }));
        known = new Known(Optional.of(users), users::prove, proved);
    }

    /**
     * Has each address stand for another client from here on. What waits stays where it is, and
     * what wrong claims have cost stays with the networks of before. From any one thread.
     */
    public void tellClientsBy(Function<InetAddress, Network> next) {
        clientOf = next;
    }

    /** Whom an address stands for. */
    public Network client(InetAddress address) {
        return clientOf.apply(address);
    }

    /** Whether there is such a user; does not say that anybody is. */
    public boolean knows(String user) {
        return known.users().filter(users -> users.has(user)).isPresent();
    }

    /** One claim, and everybody who waits to hear of it. Guarded by its place in the map. */
    private record Verification(
            Claim claim, String user, Fingerprint fingerprint, List<Waiter> waiters) {

        boolean isAbandoned() {
            return waiters.stream().allMatch(waiter -> waiter.told().isCancelled());
        }
    }

    private record Waiter(Network client, EventExecutor loop, Promise<Verdict> told) {}

    /**
     * Asks what is true of a claim.
     *
     * @param loop where the caller lives and is answered
     * @return done already where that needs no hash; never failed. To cancel it spares the hash
     */
    public Future<Verdict> verify(Claim claim, InetAddress client, EventExecutor loop) {
        Waiter waiter = new Waiter(client(client), loop, loop.newPromise());
        if (claim.isTooLong()) {
            tellWrong(waiter);
            return waiter.told();
        }
        Fingerprint fingerprint = fingerprints.of(claim);
        @Nullable String user = known.proved().getIfPresent(fingerprint);
        if (user != null) {
            return waiter.told().setSuccess(new Verdict.Proved(user));
        }
        List<Verification> displaced = new ArrayList<>(1);
        @Nullable Verification joined =
                underWay.compute(
                        fingerprint,
                        (key, current) -> join(current, claim, key, waiter, displaced));
        // Only now, since each is another entry of the map.
        displaced.forEach(this::turnAway);
        return joined == null ? waiter.told().setSuccess(new Verdict.TooBusy()) : waiter.told();
    }

    private @Nullable Verification join(
            @Nullable Verification current,
            Claim claim,
            Fingerprint fingerprint,
            Waiter waiter,
            List<Verification> displaced) {
        if (current != null) {
            current.waiters().add(waiter);
            return current;
        }
        List<Waiter> waiters = new ArrayList<>(List.of(waiter));
        Verification begun = new Verification(claim, claim.user().orElse(""), fingerprint, waiters);
        return switch (queue.offer(waiter.client(), begun)) {
            case FairQueue.Place.Free<Verification>() -> begun;
            case FairQueue.Place.OfAnother<Verification>(var other) -> {
                displaced.add(other);
                yield begun;
            }
            case FairQueue.Place.None<Verification>() -> null;
        };
    }

    /** It is in the queue no more, so that nobody else removes it; from here on nobody joins. */
    private void turnAway(Verification displaced) {
        underWay.remove(displaced.fingerprint());
        for (Waiter waiter : displaced.waiters()) {
            tell(waiter, new Verdict.TooBusy(), Duration.ZERO);
        }
    }

    private void work() {
        try {
            while (true) {
                verify(queue.take());
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void verify(Verification next) {
        @Nullable Verification wanted =
                underWay.computeIfPresent(
                        next.fingerprint(),
                        (key, current) -> current.isAbandoned() ? null : current);
        if (wanted == null) {
            return;
        }
        Known asked;
        boolean isTrue;
        do {
            asked = known;
            isTrue = isTrue(next.claim(), asked.proof());
            if (isTrue) {
                // First, so that nobody begins anew in between.
                asked.proved().put(next.fingerprint(), next.user());
            }
            // From here on nobody joins.
            underWay.remove(next.fingerprint());
            // Of those who are told nobody has asked of users who came only now.
        } while (!asked.equals(known));
        for (Waiter waiter : next.waiters()) {
            if (isTrue) {
                tell(waiter, new Verdict.Proved(next.user()), Duration.ZERO);
            } else {
                tellWrong(waiter);
            }
        }
    }

    private static boolean isTrue(Claim claim, Predicate<Claim> proof) {
        try {
            return proof.test(claim);
        } catch (RuntimeException e) {
            LOG.error("a claim could not be verified, and counts as wrong", e);
            return false;
        }
    }

    /** Counts it also where nobody listens any more, or leaving early would be the way to guess. */
    private void tellWrong(Waiter waiter) {
        tell(waiter, new Verdict.Wrong(), failures.another(waiter.client()));
    }

    private static void tell(Waiter waiter, Verdict verdict, Duration later) {
        try {
            waiter.loop()
                    .schedule(
                            () -> waiter.told().trySuccess(verdict),
                            later.toNanos(),
                            TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // conduit stops: the loop has ended, and its clients with it.
        }
    }

    /** Whoever still waits is not told any more. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
