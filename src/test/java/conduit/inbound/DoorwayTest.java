package conduit.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.ConnectionLimits;
import conduit.config.Listener;
import conduit.limits.Seat;
import conduit.limits.Seats;
import conduit.tunnel.Journal;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener whose accepts are the test's. */
class DoorwayTest {

    private static final Listener LISTENER =
            new Listener(
                    Listener.Protocol.HTTP,
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));

    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");
    private static final OptionalInt NONE = OptionalInt.empty();

    private final AtomicInteger madeWay = new AtomicInteger();
    private final List<Journal.Entry> journal = new ArrayList<>();

    private EmbeddedChannel listener = new EmbeddedChannel();

    @AfterEach
    void close() {
        listener.close();
    }

    @ParameterizedTest
    @CsvSource({
        "-24, Too many open files, 1",
        "-23, Too many open files in system, 1",
        "-105, No buffer space available, 0",
        "-12, Cannot allocate memory, 0",
        "-22, Invalid argument, 0",
    })
    void waitsASecondWhereTheKernelHasNoMeans(int number, String words, int way) {
        Seats seats = open(ConnectionLimits.NONE, 10);
        IOException failure =
                new IOException("accept(..) failed with error(%d): %s".formatted(number, words));
        for (int i = 0; i < 3; i++) {
            listener.pipeline().fireExceptionCaught(failure);
            assertThat(accepts()).isFalse();
        }
        assertThat(madeWay).hasValue(3 * way);
        listener.advanceTimeBy(999, TimeUnit.MILLISECONDS);
        listener.runPendingTasks();
        assertThat(accepts()).isFalse();
        listener.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        listener.runPendingTasks();
        assertThat(accepts()).isTrue();
        assertThat(seats.taken()).isZero();
        listener.checkException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "error(-103): Software caused connection abort",
                "error(-71): Protocol error",
                "error(-1): Operation not permitted",
                "error(-113): No route to host"
            })
    void goesOnAtOnceWhereOneConnectionIsBroken(String words) {
        open(ConnectionLimits.NONE, 10);
        listener.pipeline().fireExceptionCaught(new IOException("accept(..) failed with " + words));
        assertThat(accepts()).isTrue();
        listener.checkException();
    }

    /** A reload that fails gives a listener up that has been bound but never opened. */
    @Test
    void acceptsNobodyBeforeItIsOpen() {
        Doorway doorway = furnish(new Seats(ConnectionLimits.NONE, 10));
        listener.pipeline().fireExceptionCaught(new IOException("error(-24)"));
        listener.advanceTimeBy(1, TimeUnit.SECONDS);
        listener.runPendingTasks();
        assertThat(accepts()).isFalse();
        doorway.open();
        listener.runPendingTasks();
        assertThat(accepts()).isTrue();
    }

    @Test
    void closesAtOnceWhenNobodyWaits() {
        Doorway doorway = furnish(new Seats(ConnectionLimits.NONE, 10));
        doorway.open();
        doorway.close();
        listener.runPendingTasks();
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void acceptsNobodyWhileAllSeatsAreTaken() {
        Seats seats = open(ConnectionLimits.NONE, 2);
        Client first = arrive();
        assertThat(accepts()).isTrue();
        arrive();
        assertThat(accepts()).isFalse();
        first.close();
        listener.runPendingTasks();
        assertThat(accepts()).isTrue();
        assertThat(seats.taken()).isOne();
    }

    /** Those that nobody tells of, being too few. */
    @Test
    void usesTheLastFreeSeatsWithinASecond() {
        open(ConnectionLimits.NONE, 640);
        List<Client> clients = new ArrayList<>();
        while (accepts()) {
            clients.add(arrive());
        }
        assertThat(clients).hasSize(640);
        clients.removeLast().close();
        listener.runPendingTasks();
        assertThat(accepts()).isFalse();
        listener.advanceTimeBy(1, TimeUnit.SECONDS);
        listener.runPendingTasks();
        assertThat(accepts()).isTrue();
        // Nothing is left behind of the first pause.
        clients.add(arrive());
        assertThat(accepts()).isFalse();
        for (int i = 0; i < 10; i++) {
            clients.removeLast().close();
        }
        listener.runPendingTasks();
        assertThat(accepts()).isTrue();
    }

    @Test
    void goesOnOnlyWhenThereAreBothSeatsAndMeans() {
        open(ConnectionLimits.NONE, 1);
        Client only = arrive();
        listener.pipeline().fireExceptionCaught(new IOException("error(-24)"));
        only.close();
        listener.runPendingTasks();
        assertThat(accepts()).isFalse();
        listener.advanceTimeBy(1, TimeUnit.SECONDS);
        listener.runPendingTasks();
        assertThat(accepts()).isTrue();
    }

    @Test
    void shutsOutAClientThatHammersAndWritesItDown() {
        Seats seats = open(new ConnectionLimits(NONE, OptionalInt.of(1), NONE, NONE, 64), 1_000);
        for (int i = 0; i < 1 + 16; i++) {
            assertThat(arrive().isOpen()).isTrue();
        }
        assertThat(journal).isEmpty();
        assertThat(arrive().isOpen()).isFalse();
        assertThat(journal).hasSize(1);
        assertThat(seats.taken()).isEqualTo(17);
    }

    private Seats open(ConnectionLimits limits, int most) {
        Seats seats = new Seats(limits, most);
        furnish(seats).open();
        listener.runPendingTasks();
        return seats;
    }

    private Doorway furnish(Seats seats) {
        Doorway doorway = new Doorway(LISTENER, seats, journal::add, madeWay::incrementAndGet);
        listener = new EmbeddedChannel();
        listener.freezeTime();
        listener.pipeline().addLast(doorway);
        return doorway;
    }

    private boolean accepts() {
        return listener.config().isAutoRead();
    }

    private Client arrive() {
        Client client = new Client();
        listener.writeInbound(client);
        if (listener.readInbound() != null) {
            assertThat(Seat.of(client)).isNotNull();
        }
        return client;
    }

    private static final class Client extends EmbeddedChannel {
        @Override
        public SocketAddress remoteAddress() {
            return new InetSocketAddress(CLIENT, 4711);
        }
    }
}
