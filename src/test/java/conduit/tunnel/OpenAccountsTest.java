package conduit.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.config.Inbound;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is under way is found on whatever loop it lives, and no byte is counted twice. */
class OpenAccountsTest {

    private static final InetSocketAddress CLIENT =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711);
    private static final Ending OVER =
            new Ending.Ended(Outcome.COMPLETED, Party.CLIENT, Phase.RELAY);

    private final List<EventLoop> loops = List.of(new DefaultEventLoop(), new DefaultEventLoop());
    private final OpenAccounts open = new OpenAccounts(_ -> {}, loops);

    /** So many bytes so far; ends its account when it is told to. */
    private static final class Moving implements Progress {
        private final Account account;
        private long up;

        private Moving(Account account) {
            this.account = account;
            account.carriedOutBy(this);
        }

        @Override
        public Phase phase() {
            return Phase.RELAY;
        }

        @Override
        public long bytesUp() {
            return up;
        }

        @Override
        public void end(Outcome outcome) {
            account.close(new Ending.Ended(outcome, Party.US, Phase.RELAY), up, 0);
        }
    }

    @AfterEach
    void stop() {
        loops.forEach(loop -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS));
    }

    private Moving begin() {
        return new Moving(
                new Account(
                        open,
                        CLIENT,
                        Optional.empty(),
                        Inbound.SOCKS5,
                        Optional.empty(),
                        new Destination.Name("example.com", 80),
                        System.nanoTime()));
    }

    private static <T> T on(EventLoop loop, Callable<T> work) throws Exception {
        return loop.submit(work).get();
    }

    @Test
    void findsAllOnEveryLoopUntilTheyEnd() throws Exception {
        Moving first = on(loops.get(0), this::begin);
        Moving second = on(loops.get(1), this::begin);
        assertThat(ids()).containsExactlyInAnyOrder(first.account.id(), second.account.id());
        on(
                loops.get(0),
                () -> {
                    first.account.close(OVER, 0, 0);
                    return true;
                });
        assertThat(ids()).containsExactly(second.account.id());
    }

    @Test
    void endsThoseThatAreWantedEndedAndNoOther() throws Exception {
        Moving first = on(loops.get(0), this::begin);
        Moving second = on(loops.get(0), this::begin);
        Id id = first.account.id();
        assertThat(open.end(one -> one.id().equals(id), Outcome.ENDED_BY_OPERATOR).get())
                .isEqualTo(1);
        assertThat(open.end(one -> one.id().equals(id), Outcome.ENDED_BY_OPERATOR).get()).isZero();
        assertThat(ids()).containsExactly(second.account.id());
    }

    @Test
    void asksTheOthersWhereSomethingIsWrongWithOne() throws Exception {
        List<Moving> all = on(loops.get(0), () -> List.of(begin(), begin(), begin()));
        Moving odd = all.get(1);
        Predicate<Account> which =
                account -> {
                    if (account.id().equals(odd.account.id())) {
                        throw new IllegalStateException("a defect, as this test has it");
                    }
                    return true;
                };
        assertThat(open.end(which, Outcome.ENDED_BY_RELOAD).get()).isEqualTo(2);
        assertThat(ids()).containsExactly(odd.account.id());
    }

    @Test
    void knowsAnIdByItsText() throws Exception {
        Id id = on(loops.get(0), this::begin).account.id();
        assertThat(Id.parse(id.toString())).contains(id);
        assertThat(Id.parse(id.toString().replace("-", "-0"))).isEmpty();
        assertThat(Id.parse(id.toString().replace("-", "-+"))).isEmpty();
        assertThat(Id.parse(id + "!")).isEmpty();
        assertThat(Id.parse("")).isEmpty();
        assertThat(Id.parse("1-1")).isEmpty();
    }

    /** Looking takes many slices of these, in which others begin, move and end. */
    @Test
    void countsEachByteOnceWhateverHappensWhileItLooks() throws Exception {
        EventLoop loop = loops.getFirst();
        List<Moving> all = new ArrayList<>();
        on(
                loop,
                () -> {
                    for (int i = 0; i < 20_000; i++) {
                        all.add(begin());
                    }
                    return true;
                });
        long moved = 0;
        long last = 0;
        for (int round = 0; round < 20; round++) {
            CompletableFuture<Census> census = open.census();
            int end = all.size() - 500;
            on(
                    loop,
                    () -> {
                        for (Moving one : all) {
                            one.up++;
                        }
                        for (int i = all.size() - 1; i >= end; i--) {
                            Moving one = all.remove(i);
                            one.account.close(OVER, one.up, 0);
                        }
                        for (int i = 0; i < 100; i++) {
                            all.add(0, begin());
                        }
                        return true;
                    });
            moved += end + 500;
            long counted = census.get().up(Inbound.SOCKS5);
            assertThat(counted).isBetween(last, moved);
            last = counted;
        }
        assertThat(open.census().get().up(Inbound.SOCKS5)).isEqualTo(moved);
        Set<Id> found = new HashSet<>(ids());
        assertThat(found).hasSize(all.size());
    }

    /** However many come, a walk has an end; and it does not meet one twice. */
    @Test
    void meetsEachOnceAndNobodyWhoComesWhileItLooks() throws Exception {
        EventLoop loop = loops.getFirst();
        on(
                loop,
                () -> {
                    for (int i = 0; i < 20_000; i++) {
                        begin();
                    }
                    return true;
                });
        CompletableFuture<List<Statement>> looking = open.statements();
        // Behind the first slice of several.
        Id late = on(loop, this::begin).account.id();
        assertThat(looking.get())
                .extracting(Statement::id)
                .hasSize(20_000)
                .doesNotHaveDuplicates()
                .doesNotContain(late);
    }

    @Test
    void saysHowFastItHasBeenLately() {
        Flow flow = new Flow();
        long second = TimeUnit.SECONDS.toNanos(1);
        long age = 0;
        for (int i = 1; i <= 30; i++) {
            age += second;
            assertThat(flow.count(i * 1_000L, second)).isEqualTo(1_000);
            assertThat(flow.rate(age)).isBetween(999.0, 1_001.0);
        }
        for (int i = 0; i < 30; i++) {
            flow.count(30_000, second);
        }
        assertThat(flow.rate(age + 30 * second)).isLessThan(1);
    }

    private List<Id> ids() throws Exception {
        return open.statements().get().stream().map(Statement::id).toList();
    }
}
