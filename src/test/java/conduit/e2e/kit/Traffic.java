package conduit.e2e.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tunnels with random lives, both sides of which are played here: they end in every phase and
 * manner, and whatever arrives must be what was sent. The seed is {@code -De2e.seed}, or new.
 */
public final class Traffic implements AutoCloseable {

    private static final byte[] NOTHING = {};
    private static final long LONGEST_LIFE_SECONDS = 90;

    private final TestProxy proxy;
    private final Origin origin;
    private final long seed = Long.getLong("e2e.seed", System.nanoTime());
    private final Map<Long, CompletableFuture<Load.Arrived>> atTheOrigin =
            new ConcurrentHashMap<>();
    private final Queue<AssertionError> failedAtTheOrigin = new ConcurrentLinkedQueue<>();
    private final AtomicInteger playing = new AtomicInteger();
    private long next = seed;

    private Traffic(TestProxy proxy, Origin origin) {
        this.proxy = proxy;
        this.origin = origin;
    }

    /** Through this proxy, to an origin of its own. */
    public static Traffic through(TestProxy proxy) throws IOException {
        Traffic traffic = new Traffic(proxy, Origin.listen());
        traffic.origin.serving(traffic::playRemote);
        return traffic;
    }

    /**
     * What came of some lives.
     *
     * @param whole tunnels that were carried to their proper end
     * @param bytes that have arrived, at either side
     */
    public record Totals(long seed, long lives, long whole, long bytes) {
        /** Both together. */
        public Totals plus(Totals more) {
            return new Totals(seed, lives + more.lives, whole + more.whole, bytes + more.bytes);
        }
    }

    /** No life has been played yet. */
    public Totals nothingYet() {
        return new Totals(seed, 0, 0, 0);
    }

    /** Uses every part of the proxy, so that later only what is left behind makes a difference. */
    public void warmUp() throws Exception {
        play(64, 32);
    }

    /** Plays so many lives, so many of them at a time. */
    public Totals play(int lives, int atATime) throws Exception {
        Totals totals = nothingYet();
        try (ExecutorService players = Executors.newFixedThreadPool(atATime)) {
            List<Future<Totals>> played = new ArrayList<>();
            for (int i = 0; i < lives; i++) {
                Life life = Life.of(next++);
                played.add(players.submit(() -> playNamingIt(life)));
            }
            for (Future<Totals> one : played) {
                totals = totals.plus(one.get(LONGEST_LIFE_SECONDS, TimeUnit.SECONDS));
            }
        }
        expectNoFailureAtTheOrigin();
        return totals;
    }

    private Totals playNamingIt(Life life) {
        try {
            return play(life);
        } catch (Exception | AssertionError e) {
            throw namingIt(life, e);
        }
    }

    private AssertionError namingIt(Life life, Throwable failure) {
        return new AssertionError(
                "see it again with -De2e.seed=%d; it was %s".formatted(seed, life), failure);
    }

    private Totals play(Life life) throws Exception {
        CompletableFuture<Load.Arrived> remote = new CompletableFuture<>();
        atTheOrigin.put(life.seed(), remote);
        try (Peer client = life.wiring().connect(proxy)) {
            Load.Arrived down = playClient(life, client);
            if (!life.isWhole()) {
                return new Totals(seed, 1, 0, down.bytes());
            }
            Load.Arrived up = remote.get(LONGEST_LIFE_SECONDS, TimeUnit.SECONDS);
            assertThat(down).isEqualTo(life.down().arrivedWhole());
            assertThat(up).isEqualTo(life.up().arrivedWhole());
            return new Totals(seed, 1, 1, down.bytes() + up.bytes());
        } catch (IOException left) {
            if (life.isWhole() || left instanceof SocketTimeoutException) {
                throw left;
            }
            return new Totals(seed, 1, 0, 0);
        } finally {
            atTheOrigin.remove(life.seed());
        }
    }

    private Load.Arrived playClient(Life life, Peer client) throws Exception {
        byte[] request = life.wiring().request(origin.target());
        if (life.furthest() == Life.Reaches.HALF_A_REQUEST) {
            client.out().write(request, 0, request.length / 2);
        }
        if (life.reaches(Life.Reaches.REQUEST)) {
            client.write(request, life.reaches(Life.Reaches.IDLENESS) ? header(life) : NOTHING);
        }
        if (life.reaches(Life.Reaches.ANSWER)) {
            life.wiring().expectAccepted(client);
        }
        if (life.reaches(Life.Reaches.STREAM)) {
            return stream(life, life.up(), life.client(), life.down(), life.remote(), client);
        }
        if (life.reaches(Life.Reaches.IDLENESS)) {
            // Until the first byte comes, or the end.
            client.in().read();
        }
        return leave(life.client(), client);
    }

    private static byte[] header(Life life) {
        return ByteBuffer.allocate(Life.HEADER).putLong(life.seed()).array();
    }

    private void playRemote(Peer remote) throws Exception {
        playing.incrementAndGet();
        try {
            Life life = Life.of(ByteBuffer.wrap(remote.read(Life.HEADER)).getLong());
            playRemote(life, remote);
        } finally {
            playing.decrementAndGet();
        }
    }

    private void playRemote(Life life, Peer remote) throws Exception {
        CompletableFuture<Load.Arrived> verdict =
                atTheOrigin.getOrDefault(life.seed(), new CompletableFuture<>());
        try {
            verdict.complete(
                    stream(life, life.down(), life.remote(), life.up(), life.client(), remote));
        } catch (Exception | AssertionError e) {
            verdict.completeExceptionally(e);
            if (!(e instanceof IOException) || e instanceof SocketTimeoutException) {
                failedAtTheOrigin.add(namingIt(life, e));
            }
        }
    }

    private void expectNoFailureAtTheOrigin() {
        await().atMost(Duration.ofSeconds(LONGEST_LIFE_SECONDS)).until(() -> playing.get() == 0);
        for (AssertionError failure : failedAtTheOrigin) {
            throw failure;
        }
    }

    /** Sends and receives at once, and leaves as planned. */
    private static Load.Arrived stream(
            Life life, Load own, Life.End ownEnd, Load others, Life.End othersEnd, Peer self)
            throws Exception {
        if (!ownEnd.isWhole()) {
            own.upTo(ownEnd.after()).writeTo(self.out());
            return leave(ownEnd, self);
        }
        Background<Boolean> sending = own.sendAndFinish(self);
        Thread.sleep(life.nap());
        Load.Arrived arrived = others.arrivedIn(self.in());
        if (life.isWhole()) {
            sending.result();
        } else if (sending.endsSomehow() && othersEnd.manner() == Life.Manner.RESET) {
            // Had the sending failed, it would have been told of the reset, which is told once.
            assertThat(arrived.end()).as("the end after a reset").isEqualTo(Load.End.BROKEN);
        }
        return arrived;
    }

    private static Load.Arrived leave(Life.End end, Peer self) throws IOException {
        switch (end.manner()) {
            case RESET -> self.reset();
            case FINISH, FINISH_AND_CLOSE -> {
                self.finish();
                self.close();
            }
            case CLOSE -> self.close();
        }
        return new Load.Arrived(0, Load.End.BROKEN);
    }

    @Override
    public void close() throws IOException {
        origin.close();
    }
}
