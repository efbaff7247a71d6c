package conduit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import conduit.config.RelayMode;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Load;
import conduit.linux.Kernel;
import conduit.relay.SocketPairs.Ends;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** A relay between real sockets, with what no peer can do: defects, and prefixes of any size. */
class KernelRelayTest {

    private static final int LARGE = 512 * 1024;

    @AutoClose private final SocketPairs pairs = new SocketPairs();
    private final Logger logger = (Logger) LoggerFactory.getLogger("conduit.relay");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
        logger.setAdditive(true);
    }

    /** Where the defect is: in what is handed over from either side. */
    @ParameterizedTest
    @EnumSource(names = {"CLIENT", "REMOTE"})
    void aDefectInTheHandOverEndsThatTunnelOnly(Side side) throws Exception {
        try (Ends bystander = pairs.relay(RelayMode.AUTO)) {
            bystander.carriesBothWays();
            int descriptors = SocketPairs.descriptors();
            Ends broken = pairs.connect();
            ByteBuf released = directBuffer();
            released.release();
            pairs.receives(side == Side.CLIENT ? broken.client() : broken.remote(), released);
            pairs.relay(broken, RelayMode.AUTO);

            broken.expectEnding(Relay.Cause.DEFECT, Side.US);
            broken.expectBothReset();
            expectOneError();
            bystander.carriesBothWays();
            broken.close();
            SocketPairs.awaitDescriptors(descriptors);
            broken.expectToldOnce();
        }
    }

    @Test
    void aDefectWhileBytesAreMovedEndsThatTunnelOnly() throws Exception {
        try (Ends bystander = pairs.relay(RelayMode.AUTO)) {
            bystander.carriesBothWays();
            int descriptors = SocketPairs.descriptors();
            Ends broken = pairs.connect();
            broken.limitSendBuffers();
            ByteBuf kept = directBuffer().writeBytes(random(1));
            ByteBuf sound = directBuffer().writeBytes(random(2));
            pairs.receives(broken.client(), kept);
            pairs.receives(broken.client(), sound);
            pairs.relay(broken, RelayMode.AUTO);
            pairs.onLoop(kept::release);

            // The relay goes on with its prefix when there is room for more.
            assertThatThrownBy(() -> broken.remotePeer().getInputStream().readAllBytes())
                    .isInstanceOf(SocketException.class);
            broken.expectEnding(Relay.Cause.DEFECT, Side.US);
            expectOneError();
            assertThat(sound.refCnt()).isZero();
            bystander.carriesBothWays();
            broken.close();
            SocketPairs.awaitDescriptors(descriptors);
            broken.expectToldOnce();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWatcherThatThrowsHarmsNobody(Ending ending) throws Exception {
        try (Ends bystander = pairs.relay(RelayMode.AUTO)) {
            bystander.carriesBothWays();
            int descriptors = SocketPairs.descriptors();
            Ends ends =
                    pairs.relayToldTo(
                            (cause, by) -> {
                                throw new IllegalStateException("a watcher that throws");
                            },
                            RelayMode.AUTO);
            ends.carriesBothWays();
            ending.of(ends);
            ends.awaitTold();
            ends.close();
            bystander.carriesBothWays();
            SocketPairs.awaitDescriptors(descriptors);
            expectOneError();
            ends.expectToldOnce();
        }
    }

    /** The ways by which a relay comes to its end. */
    enum Ending {
        END_OF_STREAM {
            @Override
            void of(Ends ends) throws Exception {
                ends.clientPeer().shutdownOutput();
                ends.remotePeer().shutdownOutput();
            }
        },
        RESET {
            @Override
            void of(Ends ends) throws Exception {
                ends.resetByTheClient();
            }
        },
        /** The error is in an event of its own, after the end of the stream has been read. */
        RESET_BEHIND_ITS_END {
            @Override
            void of(Ends ends) throws Exception {
                ends.clientPeer().shutdownOutput();
                assertThat(ends.remotePeer().getInputStream().read()).isEqualTo(-1);
                ends.resetByTheClient();
            }
        };

        abstract void of(Ends ends) throws Exception;
    }

    @ParameterizedTest
    @CsvSource({
        "AUTO, false, false",
        "AUTO, true, false",
        "AUTO, false, true",
        "AUTO, true, true",
        "SPLICE, true, true",
        "COPY, true, true"
    })
    void deliversPrefixesLargerThanASocketBuffer(
            RelayMode mode, boolean clientDone, boolean remoteDone) throws Exception {
        byte[] up = random(1);
        byte[] down = random(2);
        try (Ends ends = pairs.connect()) {
            ends.limitSendBuffers();
            pairs.receives(ends.client(), heapBuffer().writeBytes(up, 0, LARGE / 2));
            pairs.receives(ends.client(), directBuffer().writeBytes(up, LARGE / 2, LARGE / 2));
            pairs.receives(ends.remote(), directBuffer().writeBytes(down));
            if (clientDone) {
                ends.clientPeer().shutdownOutput();
                pairs.awaitInputEnded(ends.client());
            }
            if (remoteDone) {
                ends.remotePeer().shutdownOutput();
                pairs.awaitInputEnded(ends.remote());
            }
            pairs.relay(ends, mode);
            assertThat(ends.remotePeer().getInputStream().readNBytes(LARGE)).isEqualTo(up);
            assertThat(ends.clientPeer().getInputStream().readNBytes(LARGE)).isEqualTo(down);
            if (!clientDone) {
                ends.carriesUp();
                ends.clientPeer().shutdownOutput();
            }
            if (!remoteDone) {
                ends.carriesDown();
                ends.remotePeer().shutdownOutput();
            }
            assertThat(ends.remotePeer().getInputStream().read()).isEqualTo(-1);
            assertThat(ends.clientPeer().getInputStream().read()).isEqualTo(-1);
            ends.awaitTold();
            assertThat(ends.told()).hasSize(1);
            assertThat(ends.told().getFirst().cause()).isEqualTo(Relay.Cause.END_OF_STREAM);
        }
        assertThat(logged.list).isEmpty();
    }

    /**
     * A descriptor's number is free for others from its close on. The end of a relay comes in the
     * middle of its work here: the client resets between the event that says it takes bytes again
     * and the write. What is opened at that moment gets the numbers that the relay had.
     */
    @Test
    void touchesNoDescriptorOnceItIsClosed() throws Exception {
        try (Strangers strangers = new Strangers();
                Ends ends = pairs.connect()) {
            Ends first = pairs.connect();
            pairs.relayTellingTo(first, (cause, by) -> ends.resetByTheClient(), RelayMode.AUTO);
            first.carriesBothWays();
            ends.limitSendBuffers();
            pairs.receives(ends.remote(), directBuffer().writeBytes(random(1)));
            pairs.relayTellingTo(ends, (cause, by) -> strangers.come(), RelayMode.AUTO);
            ends.clientPeer().shutdownOutput();
            assertThat(ends.remotePeer().getInputStream().read()).isEqualTo(-1);
            // Not read yet, since what came before it is still held.
            ends.remotePeer().getOutputStream().write(1);

            InputStream slowly = ends.clientPeer().getInputStream();
            await().atMost(30, TimeUnit.SECONDS).until(() -> slowly.available() > LARGE / 16);
            pairs.onLoop(() -> {
                first.resetByTheClient();
                // Room for more, whose event is behind the reset's.
                slowly.readNBytes(slowly.available());
                await().atMost(30, TimeUnit.SECONDS).until(() -> pairs.queued(ends.client()) == 0);
                return true;
            });
            ends.expectEnding(Relay.Cause.RESET, Side.CLIENT);
            strangers.expectUntouched();
            first.close();
        }
        assertThat(logged.list).isEmpty();
    }

    /** Connections that have nothing to do with the relay, with a byte to be read at each end. */
    private static final class Strangers implements AutoCloseable {

        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.ofLiteral("::1"));
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();

        private Strangers() throws IOException {}

        void come() {
            try {
                for (int pair = 0; pair < 8; pair++) {
                    sockets.add(new Socket(listener.getInetAddress(), listener.getLocalPort()));
                    sockets.add(listener.accept());
                }
                for (Socket socket : sockets) {
                    socket.getOutputStream().write(42);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void expectUntouched() throws IOException {
            assertThat(sockets).hasSize(16);
            for (Socket socket : sockets) {
                socket.setSoTimeout(5_000);
                assertThat(socket.getInputStream().read()).isEqualTo(42);
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
            listener.close();
        }
    }

    /** A socket may break in the turn in which both leave their channels. */
    @ParameterizedTest
    @EnumSource(names = {"CLIENT", "REMOTE"})
    void namesTheSideThatBrokeOnItsWayToTheRelay(Side side) throws Exception {
        int descriptors = SocketPairs.descriptors();
        Ends ends = pairs.connect();
        ByteBuf kept = directBuffer().writeBytes(random(1));
        pairs.receives(ends.client(), kept);
        Endpoint broken = side == Side.CLIENT ? ends.client() : ends.remote();
        pairs.onLoop(() -> {
            pairs.relayFromTheLoop(ends, RelayMode.AUTO);
            broken.channel().close();
            return true;
        });
        ends.expectEnding(Relay.Cause.RESET, side);
        assertThat(kept.refCnt()).isZero();
        ends.close();
        SocketPairs.awaitDescriptors(descriptors);
    }

    @Test
    void aPeerThatLeavesWhileItsPrefixIsDeliveredEndsItsTunnelOnly() throws Exception {
        try (Ends bystander = pairs.relay(RelayMode.SPLICE)) {
            int descriptors = SocketPairs.descriptors();
            Ends ends = pairs.connect();
            ends.limitSendBuffers();
            pairs.receives(ends.client(), directBuffer().writeBytes(random(1)));
            pairs.relay(ends, RelayMode.SPLICE);
            ends.remotePeer().setSoLinger(true, 0);
            ends.remotePeer().close();
            ends.expectEnding(Relay.Cause.RESET, Side.REMOTE);
            ends.close();
            bystander.carriesBothWays();
            SocketPairs.awaitDescriptors(descriptors);
        }
        assertThat(logged.list).isEmpty();
    }

    /**
     * The loop is held while a stream fills its socket and, after that, another tunnel is reset;
     * the end of that resets a third. What the stream has moved until then is what it may move in a
     * few turns: one that it was waiting for, and one for an event of each of its ends.
     */
    @Test
    void whoHasMuchToMoveLetsTheOthersHaveTheirTurn() throws Exception {
        long threeTurns = 3 * (1024 * 1024 + Kernel.BUFFER);
        CompletableFuture<Long> movedAfterOne = new CompletableFuture<>();
        CompletableFuture<Long> movedAfterTwo = new CompletableFuture<>();
        Load load = Load.ofMegabytes(128, 3);
        try (Ends stream = pairs.connect()) {
            Relay.Transfer moved = pairs.relay(stream, RelayMode.COPY);
            Ends third =
                    pairs.relayToldTo(
                            (cause, by) -> movedAfterTwo.complete(moved.bytesUp()), RelayMode.COPY);
            Ends second =
                    pairs.relayToldTo(
                            (cause, by) -> {
                                movedAfterOne.complete(moved.bytesUp());
                                third.resetByTheClient();
                            },
                            RelayMode.COPY);
            second.carriesBothWays();
            third.carriesBothWays();

            InputStream received = stream.remotePeer().getInputStream();
            OutputStream sent = stream.clientPeer().getOutputStream();
            AtomicLong written = new AtomicLong();
            Background<Load.Seen> receiving = Background.of(() -> Load.Seen.in(received));
            Background<Boolean> sending =
                    Background.doing(() -> {
                        load.writeTo(sent, written);
                        stream.clientPeer().shutdownOutput();
                    });
            // By then the kernel has given the sockets large buffers.
            await().atMost(30, TimeUnit.SECONDS).until(() -> written.get() > load.size() / 2);
            long before =
                    pairs.onLoop(() -> {
                        Load.awaitStandstill(written);
                        second.resetByTheClient();
                        return moved.bytesUp();
                    });
            long afterOne = movedAfterOne.get(30, TimeUnit.SECONDS);
            long afterTwo = movedAfterTwo.get(30, TimeUnit.SECONDS);
            assertThat(afterOne - before)
                    .as("bytes until the next one has its turn")
                    .isLessThan(threeTurns);
            assertThat(afterTwo - afterOne)
                    .as("bytes until the one after that")
                    .isLessThan(threeTurns);
            assertThat(receiving.result()).isEqualTo(load.seen());
            sending.result();
            second.close();
            third.close();
        }
    }

    private static byte[] random(long seed) {
        byte[] bytes = new byte[LARGE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static ByteBuf directBuffer() {
        return ByteBufAllocator.DEFAULT.directBuffer(LARGE);
    }

    private static ByteBuf heapBuffer() {
        return ByteBufAllocator.DEFAULT.heapBuffer(LARGE);
    }

    private void expectOneError() {
        List<ILoggingEvent> errors =
                logged.list.stream().filter(line -> line.getLevel() == Level.ERROR).toList();
        assertThat(errors).as("lines of level ERROR").hasSize(1);
    }
}
