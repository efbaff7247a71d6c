package conduit.tunnel;

import conduit.relay.SocketState;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Every tunnel and exchange that is under way, each in the list of its event loop, which nobody
 * else touches: nothing is locked, and one more costs a few stores. Whoever wants to know asks from
 * any thread, and each loop answers in slices, between which it does its work; what they say is put
 * together on the common pool. A future that is returned here is completed there, or never when the
 * loops are being shut down.
 */
public final class OpenAccounts implements Journal {

    /** How often it is looked what has crossed, for rates and for who is idle. */
    private static final Duration ROUND = Duration.ofSeconds(2);

    private final Journal ended;
    private final List<AccountsOfLoop> loops;
    private final FastThreadLocal<AccountsOfLoop> ofThread =
            new FastThreadLocal<>() {
                @Override
                protected AccountsOfLoop initialValue() {
                    return loops.stream().filter(AccountsOfLoop::isHere).findFirst().orElseThrow();
                }
            };

    /** The connections of an open account, as the kernel sees them. */
    public record Sockets(Optional<SocketState> client, Optional<SocketState> remote) {

        /** Of one that has ended, or where the kernel does not tell. */
        public static final Sockets UNKNOWN = new Sockets(Optional.empty(), Optional.empty());
    }

    /**
     * Nothing is under way.
     *
     * @param ended where the ends are written down
     * @param eventLoops all on which there will be something
     */
    public OpenAccounts(Journal ended, List<EventLoop> eventLoops) {
        this.ended = ended;
        List<AccountsOfLoop> all = new ArrayList<>();
        for (EventLoop loop : eventLoops) {
            all.add(new AccountsOfLoop(all.size(), loop));
        }
        this.loops = List.copyOf(all);
    }

    @Override
    public void opened(Account account) {
        ofThread.get().add(account);
    }

    @Override
    public void closed(Account account, Entry entry) {
        ofThread.get().remove(account, entry);
        ended.closed(account, entry);
    }

    @Override
    public void write(Entry entry) {
        ended.write(entry);
    }

    /** From now on looks every two seconds what has crossed, for rates and for who is idle. */
    public void watch() {
        loops.forEach(loop -> loop.countEvery(ROUND));
    }

    /** How much there is and was. */
    public CompletableFuture<Census> census() {
        return onEach(AccountsOfLoop::census)
                .thenApply(all -> {
                    Census sum = new Census();
                    all.forEach(sum::add);
                    return sum;
                });
    }

    /** All that is under way, in no order. */
    public CompletableFuture<List<Statement>> statements() {
        return onEach(AccountsOfLoop::statements)
                .thenApply(all -> all.stream().flatMap(List::stream).toList());
    }

    /** What the kernel knows of the connections of these, some system calls for each. */
    public CompletableFuture<Map<Account, Sockets>> sockets(List<Statement> of) {
        return onEach(loop ->
                        loop.sockets(
                                of.stream().filter(one -> one.loop() == loop.number()).toList()))
                .thenApply(all -> {
                    Map<Account, Sockets> sum = new HashMap<>();
                    all.forEach(sum::putAll);
                    return sum;
                });
    }

    /**
     * Ends those that are wanted ended, as our doing.
     *
     * @param which asked on the event loop of each
     * @return how many that were
     */
    public CompletableFuture<Integer> end(Predicate<Account> which, Outcome outcome) {
        return onEach(loop -> loop.end(which, outcome))
                .thenApply(all -> all.stream().mapToInt(Integer::intValue).sum());
    }

    private <R> CompletableFuture<List<R>> onEach(
            Function<AccountsOfLoop, CompletableFuture<R>> ask) {
        List<CompletableFuture<R>> asked = loops.stream().map(ask).toList();
        // What is made of the answers, too, is not to hold up the loop that answers last.
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApplyAsync(_ -> asked.stream().map(CompletableFuture::join).toList());
    }
}
