package conduit.tunnel;

import conduit.tunnel.OpenAccounts.Sockets;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts that are open on one event loop, and the bytes of those that were. Lives on that
 * loop; its futures may be asked for on any thread.
 */
final class AccountsOfLoop {

    private static final Logger LOG = LoggerFactory.getLogger(AccountsOfLoop.class);

    /** So long the loop does nothing else; a fifth of what an operator is promised. */
    private static final long SLICE_NANOS = Duration.ofMillis(1).toNanos();

    /** Reading the clock costs as much as looking at an account. */
    private static final int LOOKS_BETWEEN_CLOCKS = 16;

    private final int number;
    private final EventLoop loop;
    private final Link head = new Link() {};
    private final Census crossed = new Census();

    AccountsOfLoop(int number, EventLoop loop) {
        this.number = number;
        this.loop = loop;
    }

    int number() {
        return number;
    }

    /** Whether this is the loop's thread. */
    boolean isHere() {
        return loop.inEventLoop();
    }

    /** Before all others, so that a walk under way does not meet it. */
    void add(Account account) {
        account.joinBehind(head);
    }

    /** Its last bytes count, and it is not met any more. */
    void remove(Account account, Journal.Entry entry) {
        account.countLast(crossed, entry.bytesUp(), entry.bytesDown());
        account.leave();
    }

    void countEvery(Duration round) {
        loop.scheduleWithFixedDelay(
                () -> walk(this::count, () -> true),
                round.toNanos(),
                round.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private void count(Account account) {
        account.count(crossed);
    }

    /**
     * What a byte is added to, once, when it is first seen; so nothing can be missed or doubled.
     */
    CompletableFuture<Census> census() {
        Census found = new Census();
        return walk(
                account -> {
                    account.count(crossed);
                    found.found(account.inbound(), account.state());
                },
                () -> {
                    found.add(crossed);
                    return found;
                });
    }

    CompletableFuture<List<Statement>> statements() {
        List<Statement> statements = new ArrayList<>();
        return walk(
                account -> {
                    account.count(crossed);
                    statements.add(account.statement(number));
                },
                () -> statements);
    }

    CompletableFuture<Integer> end(Predicate<Account> which, Outcome outcome) {
        List<Account> ended = new ArrayList<>();
        return walk(
                account -> {
                    if (endIf(which, account, outcome)) {
                        ended.add(account);
                    }
                },
                ended::size);
    }

    /**
     * Ends one that is wanted ended, and says whether it was; what goes wrong with one is not to
     * keep the others from being asked.
     */
    private static boolean endIf(Predicate<Account> which, Account account, Outcome outcome) {
        try {
            if (!which.test(account)) {
                return false;
            }
            account.end(outcome);
            return true;
        } catch (RuntimeException e) {
            LOG.error("{} could not be judged, or ended: it is left alone", account.id(), e);
            return false;
        }
    }

    CompletableFuture<Map<Account, Sockets>> sockets(List<Statement> of) {
        Map<Account, Sockets> sockets = new HashMap<>();
        Iterator<Statement> left = of.iterator();
        return inSlices(
                () -> {
                    if (!left.hasNext()) {
                        return false;
                    }
                    Account next = left.next().account();
                    sockets.put(next, next.sockets());
                    return true;
                },
                () -> sockets);
    }

    private <R> CompletableFuture<R> walk(Consumer<Account> visit, Supplier<R> result) {
        // In the list itself, so that it keeps its place while others join and leave.
        Link place = new Link() {};
        BooleanSupplier step =
                () -> {
                    Link next = place.isAlone() ? head.behind() : place.behind();
                    if (next.is(head)) {
                        place.leave();
                        return false;
                    }
                    place.joinBehind(next);
                    if (next instanceof Account account) {
                        visit.accept(account);
                    }
                    return true;
                };
        return inSlices(step, result)
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        loop.execute(place::leave);
                    }
                });
    }

    /** Makes steps on the loop until one says that it was the last. */
    private <R> CompletableFuture<R> inSlices(BooleanSupplier step, Supplier<R> result) {
        CompletableFuture<R> done = new CompletableFuture<>();
        try {
            loop.execute(() -> slice(step, result, done));
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    private <R> void slice(BooleanSupplier step, Supplier<R> result, CompletableFuture<R> done) {
        long end = System.nanoTime() + SLICE_NANOS;
        try {
            int looks = 0;
            while (step.getAsBoolean()) {
                if (++looks % LOOKS_BETWEEN_CLOCKS == 0 && System.nanoTime() - end > 0) {
                    // Scheduled and not executed: the loop runs what is executed before it looks
                    // for events again.
                    loop.schedule(() -> slice(step, result, done), 0, TimeUnit.NANOSECONDS);
                    return;
                }
            }
            done.complete(result.get());
        } catch (RuntimeException | Error e) {
            LOG.error("what is under way could not be looked at", e);
            done.completeExceptionally(e);
        }
    }
}
