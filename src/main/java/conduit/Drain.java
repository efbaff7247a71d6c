package conduit;

import conduit.config.Draining;
import conduit.tunnel.Ending;
import conduit.tunnel.Journal;
import conduit.tunnel.OpenAccounts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a conduit that runs: who comes is not accepted any more, and what is under way may
 * come to its end for a while. Begun from any thread; carried out by the main thread, which waits
 * for it. As a journal it counts what ends meanwhile, and in which way.
 */
final class Drain implements Journal {

    private static final Logger LOG = LoggerFactory.getLogger(Conduit.class);

    private static final Duration PROGRESS = Duration.ofSeconds(5);

    private final Journal journal;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CompletableFuture<Void> hurried = new CompletableFuture<>();
    private final AtomicInteger signals = new AtomicInteger();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong endedByOperator = new AtomicLong();
    private final AtomicLong cut = new AtomicLong();

    /** Not begun; what is written here is passed on. */
    Drain(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void write(Entry entry) {
        if (isBegun()) {
            counterOf(entry.ending()).incrementAndGet();
        }
        journal.write(entry);
    }

    private AtomicLong counterOf(Ending ending) {
        return switch (ending) {
            case Ending.Ended(var outcome, var _, var _) ->
                    switch (outcome) {
                        case STOPPED -> cut;
                        case ENDED_BY_OPERATOR, ENDED_BY_RELOAD -> endedByOperator;
                        case COMPLETED,
                                RESET,
                                CLIENT_LEFT,
                                IDLE_TIMEOUT,
                                HALF_CLOSE_TIMEOUT,
                                LIFETIME_OVER,
                                FAILED ->
                                ended;
                    };
            case Ending.TurnedAway _ -> ended;
        };
    }

    /** Begins soon, unless it has begun. From any thread. */
    void begin() {
        begun.countDown();
    }

    /**
     * A signal says so. The second one ends at once all that is left; what has begun in another way
     * before the first is not hurried by it, so that a hook may begin before the signal comes.
     */
    void signalled() {
        if (signals.incrementAndGet() > 1) {
            hurried.complete(null);
        }
        begin();
    }

    /** Whether it has begun, and nobody should send clients here any more. From any thread. */
    boolean isBegun() {
        return begun.getCount() == 0;
    }

    /** Waits until it is begun. */
    void awaitBegin() throws InterruptedException {
        begun.await();
    }

    /** Carries it out, until nothing is left or there is no more time. */
    void carryOut(Draining terms, Running running, OpenAccounts open) throws InterruptedException {
        if (!terms.shutdownDelay().isZero()) {
            LOG.info("stopping: accepting for another {}", words(terms.shutdownDelay()));
            isDone(hurried, terms.shutdownDelay());
        }
        if (terms.timeout().isZero() || hurried.isDone()) {
            LOG.info("stopping");
            return;
        }
        long end = System.nanoTime() + terms.timeout().toNanos();
        LOG.info(
                "stopping: open connections may go on for {}: {}",
                words(terms.timeout()),
                running.seats().taken());
        isDone(CompletableFuture.anyOf(hurried, running.stopAccepting()), until(end));
        CompletableFuture<Void> free = new CompletableFuture<>();
        running.seats().whenAllAreFree(() -> free.complete(null));
        CompletableFuture<?> over = CompletableFuture.anyOf(hurried, free);
        EvenCuts cuts = new EvenCuts(open, terms.timeout());
        long told = System.nanoTime();
        for (Duration left = until(end); !left.isZero(); left = until(end)) {
            if (System.nanoTime() - told >= PROGRESS.toNanos()) {
                told += PROGRESS.toNanos();
                LOG.info(
                        "stopping: connections left, for another {}: {}",
                        words(left),
                        running.seats().taken());
            }
            cuts.round(left);
            left = until(end);
            if (isDone(over, EvenCuts.ROUND.compareTo(left) < 0 ? EvenCuts.ROUND : left)) {
                return;
            }
        }
    }

    private static Duration until(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    private static boolean isDone(CompletableFuture<?> future, Duration longest)
            throws InterruptedException {
        try {
            future.get(longest.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last line: what became of those that there were when it began. */
    void tellTheEnd() {
        long byOperator = endedByOperator.get();
        LOG.info(
                "stopped: {} ended by themselves, {}{} cut",
                ended.get(),
                byOperator == 0 ? "" : byOperator + " ended by the operator, ",
                cut.get());
    }

    private static String words(Duration time) {
        return time.toMillis() < 10_000
                ? time.toMillis() + " ms"
                : Math.ceilDiv(time.toMillis(), 1_000) + " s";
    }
}
