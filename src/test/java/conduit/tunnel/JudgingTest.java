package conduit.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.Network;
import conduit.config.Inbound;
import conduit.config.Upstream;
import conduit.config.rules.Action;
import conduit.config.rules.Guarding;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import conduit.policy.Policy;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What it takes one event loop to judge 9,000 tunnels by the rules of a reload, and for how long it
 * does nothing else; printed, not judged. Not part of the normal build: {@code mvn verify -Plive}.
 */
@Tag("live")
class JudgingTest {

    private static final int TUNNELS = 9_000;
    private static final int RULES = 1_000;
    private static final int TIMES = 40;

    private final EventLoop loop = new DefaultEventLoop();
    private final OpenAccounts open = new OpenAccounts(_ -> {}, List.of(loop));

    /** Of the loop: the longest time between two tasks that come as often as they can. */
    private long longestPause;

    private long lastTask;
    private boolean over;

    private static Rule rule(int number) {
        InetAddress address =
                InetAddress.ofLiteral("10.%d.%d.0".formatted(number / 250, number % 250));
        return new Rule(
                Action.DENY,
                List.of(),
                Set.of(),
                Set.of(),
                List.of(new Target.In(Network.around(address, 24))),
                List.of(),
                false,
                "rule " + number);
    }

    private static Review review() {
        RuleSet rules =
                new RuleSet(
                        IntStream.range(0, RULES).mapToObj(JudgingTest::rule).toList(),
                        Action.ALLOW);
        Policy policy = new Policy(rules, Guarding.OFF, true);
        return new Review(new Admissions(policy, _ -> false), Optional.empty());
    }

    @Test
    void judgesThemAll() throws Exception {
        loop.submit(this::openAll).get();
        loop.submit(this::tick).get();
        Review review = review();
        long[] took = new long[TIMES];
        long[] pauses = new long[TIMES];
        for (int i = 0; i < TIMES; i++) {
            loop.submit(() -> longestPause = 0).get();
            long begun = System.nanoTime();
            assertThat(open.end(review::denies, Outcome.ENDED_BY_RELOAD).get()).isZero();
            took[i] = System.nanoTime() - begun;
            pauses[i] = loop.submit(() -> longestPause).get();
        }
        loop.submit(() -> over = true).get();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        System.out.printf(
                "judging %d tunnels by %d rules on one loop: first %s%n",
                TUNNELS, RULES, millis(took[0], pauses[0]));
        Arrays.sort(took);
        Arrays.sort(pauses);
        System.out.printf(
                "  median of %d: %s%n", TIMES, millis(took[TIMES / 2], pauses[TIMES / 2]));
        System.out.printf("  longest: %s%n", millis(took[TIMES - 1], pauses[TIMES - 1]));
    }

    private static String millis(long took, long pause) {
        return "%.2f ms, of which the loop did nothing else for %.2f ms at a time"
                .formatted(took / 1e6, pause / 1e6);
    }

    private void tick() {
        long now = System.nanoTime();
        longestPause = Math.max(longestPause, lastTask == 0 ? 0 : now - lastTask);
        lastTask = now;
        if (!over) {
            loop.schedule(this::tick, 0, TimeUnit.NANOSECONDS);
        }
    }

    private void openAll() {
        for (int i = 0; i < TUNNELS; i++) {
            Account account =
                    new Account(
                            open,
                            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 1_024 + i),
                            Optional.empty(),
                            Inbound.CONNECT,
                            Optional.empty(),
                            new Destination.Name("host-" + i + ".example", 443),
                            System.nanoTime());
            account.sentBy(new Upstream.Direct());
            account.reached(
                    new InetSocketAddress(InetAddress.ofLiteral("203.0.113." + i % 250), 443));
        }
    }
}
