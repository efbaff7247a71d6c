package conduit.limits;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.ConnectionLimits;
import conduit.limits.Exceeded.Limit;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeatsTest {

    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.8");
    private static final OptionalInt NONE = OptionalInt.empty();
    private static final int MANY = 1_000;

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

    @Test
    void turnsAClientAwayThatHasItsMostAndNobodyElse() {
        Seats seats = seats(MANY, perClient(2));
        Seat first = seats.take(CLIENT);
        assertThat(first.exceeded()).isEmpty();
        assertThat(seats.take(CLIENT).exceeded()).isEmpty();
        assertThat(seats.take(CLIENT).exceeded())
                .contains(
                        new Exceeded(
                                Limit.CLIENT_CONNECTIONS,
                                "192.0.2.7 has 2 connections, as many as a client may have"));
        assertThat(seats.take(OTHER).exceeded()).isEmpty();
        first.release();
        assertThat(seats.take(CLIENT).exceeded()).isEmpty();
    }

    @Test
    void givesASeatBackOnce() {
        Seats seats = seats(MANY, perClient(1));
        Seat first = seats.take(CLIENT);
        first.release();
        first.release();
        assertThat(seats.taken()).isZero();
        assertThat(seats.take(CLIENT).exceeded()).isEmpty();
        assertThat(seats.take(CLIENT).exceeded()).isPresent();
    }

    @Test
    void givesASeatBackWhenItsChannelIsClosed() {
        Seats seats = seats(MANY, perClient(1));
        EmbeddedChannel channel = new EmbeddedChannel();
        Seat seat = seats.take(CLIENT);
        seat.bindTo(channel);
        assertThat(Seat.of(channel)).isSameAs(seat);
        assertThat(seats.taken()).isOne();
        channel.close();
        assertThat(seats.taken()).isZero();
        assertThat(seats.remembered()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "64, 2001:db8:1:2::1, 2001:db8:1:2:ffff::1, 2001:db8:1:3::1",
        "48, 2001:db8:1:2::1, 2001:db8:1:ffff::1, 2001:db8:2:2::1",
        "57, 2001:db8:1:80::1, 2001:db8:1:ff::1, 2001:db8:1:7f::1",
        "128, ::1, ::1, ::2",
        "64, fe80::1, fe80::1, fe80::2",
    })
    void takesAnIpv6NetworkForOneClient(int prefix, String address, String same, String another) {
        Seats seats =
                seats(MANY, new ConnectionLimits(NONE, OptionalInt.of(1), NONE, NONE, prefix));
        assertThat(seats.take(InetAddress.ofLiteral(address)).exceeded()).isEmpty();
        assertThat(seats.take(InetAddress.ofLiteral(same)).exceeded()).isPresent();
        assertThat(seats.take(InetAddress.ofLiteral(another)).exceeded()).isEmpty();
    }

    @Test
    void namesTheNetworkOfAnIpv6Client() {
        Seats seats = seats(MANY, perClient(1));
        InetAddress client = InetAddress.ofLiteral("2001:db8::7");
        seats.take(client);
        assertThat(seats.take(client).exceeded().orElseThrow().detail())
                .startsWith("2001:db8::/64 has 1 connections");
    }

    @Test
    void letsNewConnectionsComeAtTheirPaceAfterASecondsWorthAtOnce() {
        Seats seats = seats(MANY, new ConnectionLimits(NONE, NONE, NONE, OptionalInt.of(4), 64));
        for (int i = 0; i < 4; i++) {
            Seat seat = seats.take(CLIENT);
            assertThat(seat.exceeded()).as("connection %d", i).isEmpty();
            seat.release();
        }
        Exceeded exceeded = seats.take(CLIENT).exceeded().orElseThrow();
        assertThat(exceeded.limit()).isEqualTo(Limit.CLIENT_RATE);
        assertThat(exceeded.detail())
                .isEqualTo("192.0.2.7 has opened more than 4 connections within a second");
        assertThat(seats.take(OTHER).exceeded()).isEmpty();
        pass(Duration.ofMillis(249));
        assertThat(seats.take(CLIENT).exceeded()).isPresent();
        pass(Duration.ofMillis(1));
        assertThat(seats.take(CLIENT).exceeded()).isEmpty();
        assertThat(seats.take(CLIENT).exceeded()).isPresent();
    }

    /** Over any second, whatever comes. */
    @Test
    void letsNoClientExceedItsPaceAndForgetsThoseThatKeptIt() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int pace = 1 + random.nextInt(50);
        Seats seats = seats(MANY, new ConnectionLimits(NONE, NONE, NONE, OptionalInt.of(pace), 64));
        List<Long> accepted = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            pass(Duration.ofNanos(random.nextLong(40_000_000L / pace)));
            Seat seat = seats.take(CLIENT);
            if (seat.exceeded().isEmpty()) {
                accepted.add(now.get());
            }
            seat.release();
        }
        for (int i = 0; i + 2 * pace < accepted.size(); i++) {
            assertThat(accepted.get(i + 2 * pace) - accepted.get(i))
                    .as("%d connections, seed %d", 2 * pace + 1, seed)
                    .isGreaterThanOrEqualTo(1_000_000_000 - pace);
        }
        long nanos = accepted.getLast() - accepted.getFirst();
        assertThat((double) accepted.size()).isGreaterThan(0.95 * pace * nanos / 1e9);

        assertThat(seats.remembered()).isOne();
        pass(Duration.ofSeconds(3));
        seats.take(OTHER).release();
        pass(Duration.ofSeconds(3));
        seats.take(OTHER).release();
        assertThat(seats.remembered()).isOne();
    }

    @Test
    void resetsAClientThatHammersSoThatItTakesFewSeats() {
        Seats seats = seats(MANY, perClient(1));
        seats.take(CLIENT);
        List<Seat> told = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            told.add(seats.take(CLIENT));
            assertThat(told.getLast().isToldWhy()).isTrue();
        }
        Seat notTold = seats.take(CLIENT);
        assertThat(notTold.exceeded()).isPresent();
        assertThat(notTold.isToldWhy()).isFalse();
        notTold.release();
        assertThat(seats.take(CLIENT).isToldWhy()).isFalse();
        told.getFirst().release();
        assertThat(seats.take(CLIENT).isToldWhy()).isTrue();
    }

    @Test
    void countsAConnectionForTheUserItHasNow() {
        Seats seats = seats(MANY, new ConnectionLimits(NONE, NONE, OptionalInt.of(1), NONE, 64));
        Seat one = seats.take(CLIENT);
        Seat two = seats.take(CLIENT);
        assertThat(one.belongsTo("ann")).isEmpty();
        assertThat(one.belongsTo("ann")).isEmpty();
        assertThat(two.belongsTo("ann"))
                .contains(
                        new Exceeded(
                                Limit.USER_CONNECTIONS,
                                "user ann has 1 connections, as many as a user may have"));
        assertThat(one.belongsTo("bob")).isEmpty();
        assertThat(two.belongsTo("ann")).isEmpty();
        one.release();
        two.release();
        assertThat(seats.remembered()).isZero();
        assertThat(seats.take(CLIENT).belongsTo("bob")).isEmpty();
    }

    @Test
    void tellsOfRoomOnceAFewSeatsAreFree() {
        Seats seats = seats(MANY, ConnectionLimits.NONE);
        List<Seat> taken = new ArrayList<>();
        while (!seats.areFull()) {
            taken.add(seats.take(CLIENT));
        }
        assertThat(taken).hasSize(MANY);
        AtomicInteger told = new AtomicInteger();
        seats.whenThereIsRoom(told::incrementAndGet);
        for (int i = 0; i < 14; i++) {
            taken.removeLast().release();
        }
        assertThat(told).hasValue(0);
        taken.removeLast().release();
        assertThat(told).hasValue(1);
        taken.removeLast().release();
        assertThat(told).as("told once").hasValue(1);
        seats.whenThereIsRoom(told::incrementAndGet);
        assertThat(told).as("room already").hasValue(2);
    }

    @Test
    void tellsOfTheOnlySeat() {
        Seats seats = seats(1, ConnectionLimits.NONE);
        Seat only = seats.take(CLIENT);
        AtomicInteger told = new AtomicInteger();
        seats.whenThereIsRoom(told::incrementAndGet);
        assertThat(told).hasValue(0);
        only.release();
        assertThat(told).hasValue(1);
    }

    @Test
    void losesNoSeatBetweenThreads() throws Exception {
        Seats seats =
                new Seats(new ConnectionLimits(NONE, OptionalInt.of(2), NONE, NONE, 64), MANY);
        AtomicInteger most = new AtomicInteger();
        AtomicInteger seated = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                done.add(
                        threads.submit(() -> {
                            for (int i = 0; i < 20_000; i++) {
                                Seat seat = seats.take(CLIENT);
                                if (seat.exceeded().isEmpty()) {
                                    most.accumulateAndGet(seated.incrementAndGet(), Math::max);
                                    seated.decrementAndGet();
                                }
                                seat.release();
                            }
                        }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
        assertThat(most.get()).isBetween(1, 2);
        assertThat(seats.taken()).isZero();
        assertThat(seats.remembered()).isZero();
    }

    @Test
    void countsForANewLimitThoseWhoSatBeforeIt() {
        Seats seats = seats(MANY, ConnectionLimits.NONE);
        Seat first = seats.take(CLIENT);
        Seat second = seats.take(OTHER);
        assertThat(first.belongsTo("alice")).isEmpty();
        assertThat(second.belongsTo("alice")).isEmpty();
        seats.change(new ConnectionLimits(NONE, NONE, OptionalInt.of(2), NONE, 64), MANY);
        assertThat(seats.take(CLIENT).belongsTo("alice")).isPresent();
        first.release();
        assertThat(seats.take(CLIENT).belongsTo("alice")).isEmpty();
        assertThat(seats.take(CLIENT).belongsTo("alice")).isPresent();
    }

    @Test
    void hasMoreOrFewerSeatsFromOneMomentToTheNext() {
        Seats seats = seats(2, ConnectionLimits.NONE);
        AtomicInteger told = new AtomicInteger();
        List<Seat> taken = List.of(seats.take(CLIENT), seats.take(CLIENT));
        assertThat(seats.areFull()).isTrue();
        seats.whenThereIsRoom(told::incrementAndGet);
        seats.change(ConnectionLimits.NONE, 4);
        assertThat(told).hasValue(1);
        assertThat(seats.areFull()).isFalse();
        seats.change(ConnectionLimits.NONE, 1);
        assertThat(seats.areFull()).isTrue();
        assertThat(seats.taken()).isEqualTo(2);
        seats.whenAllAreFree(told::incrementAndGet);
        taken.getFirst().release();
        assertThat(seats.areFull()).isTrue();
        assertThat(told).hasValue(1);
        taken.getLast().release();
        assertThat(told).hasValue(2);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static ConnectionLimits perClient(int most) {
        return new ConnectionLimits(NONE, OptionalInt.of(most), NONE, NONE, 64);
    }

    private Seats seats(int most, ConnectionLimits limits) {
        return new Seats(limits, most, now::get);
    }
}
