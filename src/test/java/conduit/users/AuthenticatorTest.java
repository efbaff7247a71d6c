package conduit.users;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Parsed;
import conduit.config.ConnectionLimits;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthenticatorTest {

    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    private static final ConnectionLimits LIMITS =
            new ConnectionLimits(
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    48);

    private final DefaultEventExecutor loop = new DefaultEventExecutor();
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger proofs = new AtomicInteger();

    /** One for each proof that may be made. */
    private final Semaphore leave = new Semaphore(0);

    /** One for each that has been begun. */
    private final Semaphore begun = new Semaphore(0);

    private final Authenticator authenticator =
            new Authenticator(this::prove, LIMITS::client, 1, now::get);

    private boolean prove(Claim claim) {
        begun.release();
        leave.acquireUninterruptibly();
        proofs.incrementAndGet();
        return new String(claim.password(), UTF_8).equals("right");
    }

    @AfterEach
    void stop() {
        authenticator.close();
        leave.release(10_000);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void remembersATrueClaimForAWhile() throws Exception {
        leave.release(10);
        assertThat(verdict(ask("alice", "right"))).isEqualTo(new Verdict.Proved("alice"));
        assertThat(ask("alice", "right").getNow()).isEqualTo(new Verdict.Proved("alice"));
        now.addAndGet(Duration.ofMinutes(4).toNanos());
        assertThat(ask("alice", "right").getNow()).isEqualTo(new Verdict.Proved("alice"));
        assertThat(proofs).hasValue(1);
        now.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(verdict(ask("alice", "right"))).isEqualTo(new Verdict.Proved("alice"));
        assertThat(proofs).hasValue(2);
    }

    @Test
    void doesNotTakeAnotherClaimForOneThatItRemembers() throws Exception {
        leave.release(10);
        verdict(ask("alice", "right"));
        assertThat(verdict(ask("alice", "wrong"))).isEqualTo(new Verdict.Wrong());
        assertThat(verdict(ask("aliceright", ""))).isEqualTo(new Verdict.Wrong());
        assertThat(verdict(ask("alic", "eright"))).isEqualTo(new Verdict.Wrong());
        assertThat(proofs).hasValue(4);
    }

    @Test
    void judgesByTheUsersThatCameDuringAProof() throws Exception {
        Future<Verdict> asked = ask("alice", "right");
        begun.acquire();
        authenticator.know(users("bob"));
        leave.release();
        assertThat(verdict(asked)).isEqualTo(new Verdict.Wrong());
        assertThat(proofs).hasValue(1);
    }

    @Test
    void remembersTheClaimsOfUsersWhoStayAsTheyAre() throws Exception {
        try (Authenticator real = new Authenticator(users("alice", "bob"), LIMITS::client)) {
            for (String user : List.of("alice", "bob")) {
                Future<Verdict> first = real.verify(claim(user), CLIENT, loop);
                assertThat(verdict(first)).isEqualTo(new Verdict.Proved(user));
            }
            real.know(users("carol", "alice"));
            assertThat(real.verify(claim("alice"), CLIENT, loop).isDone()).isTrue();
            assertThat(verdict(real.verify(claim("bob"), CLIENT, loop)))
                    .isEqualTo(new Verdict.Wrong());
            assertThat(real.knows("bob")).isFalse();
            assertThat(real.knows("carol")).isTrue();
        }
    }

    private static Claim claim(String user) {
        return new Claim(user.getBytes(UTF_8), "secret".getBytes(UTF_8));
    }

    /** Their password is secret. */
    private static Users users(String... names) {
        String hash = ":$2y$04$qKUB/ph7sjZJV3bd0JQNcOauz0ZpFGtgJgtfeDfPL9O/kMQY3ktHu";
        return new Users(
                Arrays.stream(names).collect(Collectors.toMap(name -> name, _ -> hash(hash))));
    }

    private static Hash hash(String line) {
        return switch (Hash.parse(line.substring(1))) {
            case Parsed.Valid<Hash>(Hash hash) -> hash;
            case Parsed.Invalid<Hash>(String why) -> throw new AssertionError(why);
        };
    }

    @Test
    void doesNotRememberAWrongOne() throws Exception {
        leave.release(10);
        verdict(ask("alice", "wrong"));
        verdict(ask("alice", "wrong"));
        assertThat(proofs).hasValue(2);
    }

    @Test
    void makesOneProofForAllWhoWaitForTheSame() throws Exception {
        List<Future<Verdict>> asked = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            asked.add(ask("alice", "right"));
        }
        leave.release(10);
        for (Future<Verdict> each : asked) {
            assertThat(verdict(each)).isEqualTo(new Verdict.Proved("alice"));
        }
        assertThat(proofs).hasValue(1);
    }

    @Test
    void answersOnTheCallersLoop() throws Exception {
        Future<Verdict> asked = ask("alice", "right");
        var inLoop = loop.<Boolean>newPromise();
        asked.addListener(told -> inLoop.setSuccess(loop.inEventLoop()));
        leave.release();
        assertThat(inLoop.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void isTooBusyForANetworkThatBringsMuchAndServesAnother() throws Exception {
        flood();
        assertThat(ask("x", "one more").getNow()).isEqualTo(new Verdict.TooBusy());
        Future<Verdict> other = authenticator.verify(claim("bob", "right"), OTHER, loop);
        // The one that is under way, one more of the loud network's, and then bob's.
        leave.release(3);
        assertThat(verdict(other)).isEqualTo(new Verdict.Proved("bob"));
    }

    /** Eight networks with 128 each would be all that may wait. */
    @Test
    void servesANewcomerThoughLoudNetworksFillTheQueue() throws Exception {
        ask("x", "first");
        assertThat(begun.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        List<Future<Verdict>> loud = new ArrayList<>();
        for (int i = 0; i < 8 * 128; i++) {
            loud.add(askFrom("198.51.100." + i % 8, "" + i));
        }
        assertThat(loud).noneMatch(Future::isDone);
        Future<Verdict> newcomer = authenticator.verify(claim("bob", "right"), OTHER, loop);
        Future<Verdict> displaced = loud.get(8 * 127);
        assertThat(verdict(displaced)).isEqualTo(new Verdict.TooBusy());
        // What was under way, one of each network, and the newcomer's.
        leave.release(1 + 8 + 1);
        assertThat(verdict(newcomer)).isEqualTo(new Verdict.Proved("bob"));
        Future<Verdict> afresh = askFrom("198.51.100.0", "" + 8 * 127);
        leave.release(10_000);
        assertThat(verdict(afresh)).as("not forgotten half-way").isEqualTo(new Verdict.Wrong());
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:1::1, 2001:db8:1:2::1, 2001:db8:2::1",
        "fe80::1, fe80::1, fe80::2",
    })
    void countsAClientAsTheLimitsDo(String one, String same, String other) throws Exception {
        ask("x", "first");
        assertThat(begun.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 128; i++) {
            assertThat(askFrom(one, "" + i).isDone()).isFalse();
        }
        assertThat(askFrom(same, "one more").getNow()).isEqualTo(new Verdict.TooBusy());
        assertThat(askFrom(other, "one").isDone()).isFalse();
    }

    @Test
    void countsClientsAsOtherLimitsDoFromThenOn() throws Exception {
        ask("x", "first");
        assertThat(begun.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 128; i++) {
            askFrom("2001:db8:1:1::1", "" + i);
        }
        authenticator.tellClientsBy(
                new ConnectionLimits(
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                64)
                        ::client);
        assertThat(askFrom("2001:db8:1:2::1", "one more").isDone()).isFalse();
    }

    private Future<Verdict> askFrom(String address, String password) {
        return authenticator.verify(claim("x", password), InetAddress.ofLiteral(address), loop);
    }

    @Test
    void knowsWhomItRemembersWhileTheQueueIsFull() throws Exception {
        leave.release();
        verdict(ask("alice", "right"));
        begun.drainPermits();
        flood();
        assertThat(ask("alice", "right").getNow()).isEqualTo(new Verdict.Proved("alice"));
    }

    /** One proof is under way, and as many wait as one network may have. */
    private List<Future<Verdict>> flood() throws InterruptedException {
        List<Future<Verdict>> waiting = new ArrayList<>();
        waiting.add(ask("x", "first"));
        assertThat(begun.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 128; i++) {
            waiting.add(ask("x", "" + i));
        }
        assertThat(waiting).noneMatch(Future::isDone);
        return waiting;
    }

    @Test
    void sparesTheProofNobodyWaitsForAnyMore() throws Exception {
        List<Future<Verdict>> waiting = flood();
        waiting.forEach(each -> each.cancel(false));
        Future<Verdict> alice = authenticator.verify(claim("alice", "right"), OTHER, loop);
        leave.release(2);
        assertThat(verdict(alice)).isEqualTo(new Verdict.Proved("alice"));
        assertThat(proofs).as("the one that was under way, and alice's").hasValue(2);
    }

    @Test
    void provesForWhoeverJoinsAnAbandonedClaim() throws Exception {
        List<Future<Verdict>> waiting = flood();
        waiting.getLast().cancel(false);
        Future<Verdict> again = authenticator.verify(claim("x", "127"), OTHER, loop);
        leave.release(1000);
        assertThat(verdict(again)).isEqualTo(new Verdict.Wrong());
        assertThat(waiting.getLast().isCancelled()).isTrue();
    }

    @Test
    void takesALongClaimForWrongWithoutAProof() throws Exception {
        assertThat(verdict(ask("x".repeat(256), "right"))).isEqualTo(new Verdict.Wrong());
        assertThat(verdict(ask("alice", "x".repeat(256)))).isEqualTo(new Verdict.Wrong());
        assertThat(proofs).hasValue(0);
    }

    @Test
    void showsNothingOfAClaim() {
        assertThat(claim("alice", "right")).hasToString("***");
    }

    @ParameterizedTest
    @CsvSource({"1,0", "3,0", "4,250", "5,500", "6,1000", "7,2000", "8,4000", "9,4000", "99,4000"})
    void delaysTheAnswersOfANetworkThatKeepsBeingWrong(int count, long millis) {
        Failures failures = new Failures(now::get);
        for (int i = 1; i < count; i++) {
            failures.another(LIMITS.client(CLIENT));
        }
        assertThat(failures.another(LIMITS.client(CLIENT))).hasMillis(millis);
        assertThat(failures.another(LIMITS.client(OTHER))).isZero();
    }

    @Test
    void forgetsFailuresAfterAWhileWithoutAny() {
        Failures failures = new Failures(now::get);
        for (int i = 0; i < 10; i++) {
            failures.another(LIMITS.client(CLIENT));
        }
        now.addAndGet(Duration.ofMinutes(6).toNanos());
        assertThat(failures.another(LIMITS.client(CLIENT))).isZero();
    }

    private Future<Verdict> ask(String user, String password) {
        return authenticator.verify(claim(user, password), CLIENT, loop);
    }

    private static Claim claim(String user, String password) {
        return new Claim(user.getBytes(UTF_8), password.getBytes(UTF_8));
    }

    private static Verdict verdict(Future<Verdict> asked) throws Exception {
        return asked.get(20, TimeUnit.SECONDS);
    }
}
