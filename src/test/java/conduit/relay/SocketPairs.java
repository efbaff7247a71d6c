package conduit.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import conduit.config.KeepAlive;
import conduit.config.RelayMode;
import conduit.config.TunnelTimeouts;
import conduit.linux.Kernel;
import conduit.transport.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Sockets for relays on one event loop: the test has the other end of each. */
final class SocketPairs implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Transport transport = new Transport(1, new KeepAlive.KernelDefaults());
    private final EventLoop loop = transport.nextLoop();
    private final BlockingQueue<Channel> accepted = new ArrayBlockingQueue<>(1);
    private final Channel listener;
    private final Kernel kernel = new Kernel();

    SocketPairs() {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        listener =
                transport
                        .listening(anyPort)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accepted.add(channel);
                                    }
                                })
                        .bind(anyPort)
                        .syncUninterruptibly()
                        .channel();
    }

    /** How a relay told its end. */
    record Told(Relay.Cause cause, Side by) {}

    /** What the relay is given, the test's ends of it, and what its watcher has been told. */
    record Ends(
            Endpoint client,
            Endpoint remote,
            Socket clientPeer,
            Socket remotePeer,
            CopyOnWriteArrayList<Told> told)
            implements AutoCloseable {

        void carriesBothWays() throws IOException {
            carriesUp();
            carriesDown();
        }

        void carriesUp() throws IOException {
            clientPeer.getOutputStream().write(new byte[] {1, 2, 3});
            assertThat(remotePeer.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        }

        void carriesDown() throws IOException {
            remotePeer.getOutputStream().write(new byte[] {4, 5, 6});
            assertThat(clientPeer.getInputStream().readNBytes(3)).containsExactly(4, 5, 6);
        }

        /** So that little fits into a socket at a time. */
        void limitSendBuffers() {
            client.channel().config().setOption(ChannelOption.SO_SNDBUF, 1);
            remote.channel().config().setOption(ChannelOption.SO_SNDBUF, 1);
        }

        void resetByTheClient() {
            try {
                clientPeer.setSoLinger(true, 0);
                clientPeer.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void awaitTold() {
            await().atMost(PATIENCE).until(() -> !told.isEmpty());
        }

        void expectEnding(Relay.Cause cause, Side by) {
            awaitTold();
            assertThat(told).containsExactly(new Told(cause, by));
        }

        void expectToldOnce() {
            assertThat(told).hasSize(1);
        }

        void expectBothReset() {
            for (Socket peer : List.of(clientPeer, remotePeer)) {
                assertThatThrownBy(() -> peer.getInputStream().read())
                        .isInstanceOf(SocketException.class);
            }
        }

        @Override
        public void close() throws IOException {
            clientPeer.close();
            remotePeer.close();
        }
    }

    /** Two connections, with an endpoint on each. */
    Ends connect() throws Exception {
        Socket clientPeer = dial();
        Endpoint client = endpoint();
        Socket remotePeer = dial();
        return new Ends(client, endpoint(), clientPeer, remotePeer, new CopyOnWriteArrayList<>());
    }

    private Socket dial() throws IOException {
        Socket peer = new Socket();
        peer.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        peer.connect((InetSocketAddress) listener.localAddress());
        return peer;
    }

    private Endpoint endpoint() throws Exception {
        Channel channel = accepted.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(channel).as("an accepted connection").isNotNull();
        return onLoop(() -> Endpoint.of(channel, new NobodyMinds()));
    }

    private static final class NobodyMinds implements Endpoint.Watcher {
        @Override
        public void inputEnded() {
            // The relay asks the endpoint.
        }

        @Override
        public void gone(Relay.Cause cause) {
            // So is the test.
        }
    }

    /** Lets an endpoint have received this. */
    void receives(Endpoint endpoint, ByteBuf bytes) throws Exception {
        onLoop(() -> endpoint.channel().pipeline().fireChannelRead(bytes));
    }

    /** Does something between two events. */
    <T> T onLoop(Callable<T> task) throws Exception {
        return loop.submit(task).get();
    }

    /** Reads until the end of the stream, which must be near. */
    void awaitInputEnded(Endpoint endpoint) {
        endpoint.channel().read();
        await().atMost(PATIENCE).until(() -> onLoop(endpoint::inputEnded));
    }

    /** Relays between new sockets. */
    Ends relay(RelayMode mode) throws Exception {
        return relayToldTo((cause, by) -> {}, mode);
    }

    /** Relays between new sockets and tells the end to one more. */
    Ends relayToldTo(Relay.Watcher watcher, RelayMode mode) throws Exception {
        Ends ends = connect();
        relayTellingTo(ends, watcher, mode);
        return ends;
    }

    /** Relays between these. */
    Relay.Transfer relay(Ends ends, RelayMode mode) throws Exception {
        return relayTellingTo(ends, (cause, by) -> {}, mode);
    }

    /** Relays between these and tells the end to one more. */
    Relay.Transfer relayTellingTo(Ends ends, Relay.Watcher watcher, RelayMode mode)
            throws Exception {
        return onLoop(() -> start(ends, watcher, mode));
    }

    /** The same between these, when the caller is on the loop already. */
    void relayFromTheLoop(Ends ends, RelayMode mode) {
        start(ends, (cause, by) -> {}, mode);
    }

    private static Relay.Transfer start(Ends ends, Relay.Watcher watcher, RelayMode mode) {
        Relay.Watcher both =
                (cause, by) -> {
                    ends.told().add(new Told(cause, by));
                    watcher.ended(cause, by);
                };
        return KernelRelay.moving(mode, TunnelTimeouts.NONE)
                .start(ends.client(), ends.remote(), Paces.FREE, both);
    }

    /** Relays between new sockets at these paces, by this relay. */
    Ends relay(Relay relay, Paces paces) throws Exception {
        Ends ends = connect();
        Relay.Watcher watcher = (cause, by) -> ends.told().add(new Told(cause, by));
        Relay.Transfer ignored =
                onLoop(() -> relay.start(ends.client(), ends.remote(), paces, watcher));
        return ends;
    }

    /** Bytes that an endpoint has sent and its peer's kernel has not taken yet. */
    long queued(Endpoint endpoint) {
        return kernel.queued(((EpollSocketChannel) endpoint.channel()).fd().intValue());
    }

    /** How many descriptors this process has open. */
    static int descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return Math.toIntExact(open.count());
        }
    }

    /** Waits until no more are open. */
    static void awaitDescriptors(int atMost) {
        await().atMost(PATIENCE).until(() -> descriptors() <= atMost);
    }

    @Override
    public void close() {
        transport.close();
    }
}
