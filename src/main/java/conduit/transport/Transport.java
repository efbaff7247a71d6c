package conduit.transport;

import conduit.config.Dialling;
import conduit.config.KeepAlive;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The event loops and the kinds of sockets that run on them, chosen once at start, with the options
 * that every accepted and every dialled TCP connection has. One loop is one thread.
 */
public final class Transport implements AutoCloseable {

    private static final Duration QUIET_PERIOD = Duration.ofMillis(200);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

    /** In tcp(7)'s {@code tcp_info}, by the kernel's {@code net/tcp_states.h}. */
    private static final int TCP_ESTABLISHED = 1;

    private final MultiThreadIoEventLoopGroup loops;
    private final SocketKind kind;
    private final KeepAlive keepAlive;
    private final Dialling dialling;
    private final InheritedListeners inherited;
    private final @Nullable InetSocketAddress source4;
    private final @Nullable InetSocketAddress source6;
    private final Map<ChannelOption<?>, Object> dialled;
    private final Map<ChannelOption<?>, Object> dialledAsClients;

    /** Set once, before the listener that needs it accepts. */
    private volatile @Nullable RecentDials recentDials;

    /** Starts so many event loops, which dial as the kernel likes. */
    public Transport(int threads, KeepAlive keepAlive) {
        this(threads, keepAlive, Dialling.AS_THE_KERNEL_LIKES);
    }

    /** Starts so many event loops, and listens with no socket but its own. */
    public Transport(int threads, KeepAlive keepAlive, Dialling dialling) {
        this(threads, keepAlive, dialling, new InheritedListeners());
    }

    /** Starts so many event loops. */
    public Transport(
            int threads, KeepAlive keepAlive, Dialling dialling, InheritedListeners inherited) {
        this.inherited = inherited;
        this.keepAlive = keepAlive;
        this.dialling = dialling;
        source4 = dialling.from4().map(Transport::anyPortOf).orElse(null);
        source6 = dialling.from6().map(Transport::anyPortOf).orElse(null);
        kind = SocketKind.best();
        loops =
                new MultiThreadIoEventLoopGroup(
                        threads, new DefaultThreadFactory("loop"), kind.handlers());
        dialled = kind.handling();
        dialled.putAll(kind.probing(keepAlive));
        // Whoever dials has one deadline for more than one connect.
        dialled.put(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
        dialling.mark().ifPresent(mark -> dialled.putAll(DialOptions.of(mark)));
        dialledAsClients = new LinkedHashMap<>(dialled);
        dialledAsClients.putAll(DialOptions.FOREIGN);
        if (!dialling.sources().isEmpty() && isEpoll()) {
            // A port is chosen when both ends are known, so that one serves many destinations.
            dialled.put(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
    }

    /** Whether sockets are epoll's, so that the relay can take them over. */
    public boolean isEpoll() {
        return kind.isEpoll();
    }

    /** Why sockets are not epoll's, as a fragment. */
    public static String epollUnavailableBecause() {
        Throwable cause = Epoll.unavailabilityCause();
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }

    /** {@code epoll} or {@code nio}. */
    public String name() {
        return kind.name();
    }

    /** How many event loops there are. */
    public int loops() {
        return loops.executorCount();
    }

    /** All event loops, always in the same order. */
    public List<EventLoop> eventLoops() {
        List<EventLoop> all = new ArrayList<>();
        for (EventExecutor loop : loops) {
            all.add((EventLoop) loop);
        }
        return all;
    }

    /** Has each loop do this, soon. From any thread. */
    public void onEachLoop(Runnable work) {
        for (EventExecutor loop : loops) {
            loop.execute(work);
        }
    }

    /** The loop for work that belongs to no connection yet. */
    public EventLoop nextLoop() {
        return loops.next();
    }

    /** Makes datagram sockets with our mark; the resolver asks its questions through them. */
    public ChannelFactory<DatagramChannel> datagrams() {
        ChannelFactory<DatagramChannel> plain = new ReflectiveChannelFactory<>(kind.datagram());
        return () -> marked(plain.newChannel());
    }

    /** Makes stream sockets with our mark; the resolver falls back to them. */
    public ChannelFactory<SocketChannel> streams() {
        ChannelFactory<SocketChannel> plain = new ReflectiveChannelFactory<>(kind.socketType());
        return () -> marked(plain.newChannel());
    }

    private <C extends Channel> C marked(C channel) {
        dialling.mark().ifPresent(mark -> DialOptions.set(channel, DialOptions.of(mark)));
        return channel;
    }

    /**
     * For listening on an address, by {@link #bind}; accepted connections are spread over the loops
     * and read when told to.
     */
    public ServerBootstrap listening(InetSocketAddress address) {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channelFactory(() ->
                                inherited.include(address)
                                        ? inherited.listener(address)
                                        : kind.listener().apply(familyOf(address)));
        kind.handling().forEach((option, value) -> child(bootstrap, option, value));
        if (isEpoll()) {
            // Linux sockets are born with the options of the listener that accepted them, which
            // saves setting them one by one (tcp(7) and socket(7) do not say so; a test does).
            SocketKind.probingOfListener(keepAlive)
                    .forEach((option, value) -> own(bootstrap, option, value));
        } else {
            kind.probing(keepAlive).forEach((option, value) -> child(bootstrap, option, value));
        }
        return bootstrap;
    }

    /** Begins to listen on an address, with the inherited socket that has it, if there is one. */
    public ChannelFuture bind(ServerBootstrap listening, InetSocketAddress address) {
        if (!inherited.include(address)) {
            return listening.bind(address);
        }
        // Connections that wait already were born before the socket got its options.
        kind.probing(keepAlive).forEach((option, value) -> child(listening, option, value));
        return InheritedListeners.adopt(listening);
    }

    /** Closes the inherited sockets that nobody has listened with so far: their addresses. */
    public List<InetSocketAddress> closeUnclaimed() {
        return inherited.closeUnclaimed();
    }

    /**
     * Finds out whether connections can be dialled as they are going to be. Blocks; not for event
     * loops.
     *
     * @throws CannotDialException when not
     */
    public void tryDialling() throws CannotDialException {
        tryDialling(dialling);
    }

    /**
     * Finds out whether connections can be dialled like this. Blocks; not for event loops.
     *
     * @throws CannotDialException when an address is not this machine's, or marking or dialling
     *     from addresses of clients is not allowed
     */
    public void tryDialling(Dialling wanted) throws CannotDialException {
        DialOptions.attempt(wanted, kind);
    }

    /**
     * Begins to connect to this address, on this loop, which must be the thread that calls. The
     * channel has no handlers, and is the caller's to close also when it could not connect. Not
     * through a bootstrap, which makes copies and tasks for each connection.
     *
     * @throws ChannelException when no socket can be made, as without a descriptor left
     */
    public ChannelFuture connect(EventLoop loop, InetSocketAddress address) {
        InetSocketAddress source =
                switch (familyOf(address)) {
                    case INET -> source4;
                    case INET6 -> source6;
                    case UNIX -> null;
                };
        SocketChannel channel = socket(loop, address, dialled);
        ChannelFuture connect =
                source == null ? channel.connect(address) : channel.connect(address, source);
        remember(channel, address);
        return connect;
    }

    /**
     * The same from the address of another machine. What is answered comes back here only where
     * rules and routes see to it.
     *
     * @param client of the same family; the port is chosen when both ends are known
     * @throws ChannelException when no socket can be made, or none that may do this
     */
    public ChannelFuture connectAs(InetAddress client, EventLoop loop, InetSocketAddress address) {
        SocketChannel channel = socket(loop, address, dialledAsClients);
        ChannelFuture connect = channel.connect(address, anyPortOf(client));
        if (HostAddresses.include(client)) {
            // Otherwise nothing that came back could be accepted: its handshake's answer goes to
            // the client. But the client itself may use the same two addresses and ports.
            remember(channel, address);
        }
        return connect;
    }

    private SocketChannel socket(
            EventLoop loop, InetSocketAddress address, Map<ChannelOption<?>, Object> options) {
        SocketChannel channel = kind.socket().apply(familyOf(address));
        DialOptions.set(channel, options);
        loop.register(channel);
        return channel;
    }

    private void remember(SocketChannel dialled, InetSocketAddress to) {
        RecentDials remembered = recentDials;
        InetSocketAddress local = dialled.localAddress();
        if (remembered != null && local != null && dialled instanceof EpollSocketChannel socket) {
            remembered.add(new Ends(local, to), socket.fd().intValue());
        }
    }

    /**
     * From now on connections that come back are known, if sockets are epoll's; each dial takes a
     * little memory for it.
     */
    public void rememberDials() {
        if (recentDials == null) {
            recentDials = new RecentDials(System::nanoTime);
        }
    }

    /**
     * Whether a connection that has just been accepted was dialled here, and has come back. One
     * that merely has the ends of an earlier one has not: a client on this machine may be given the
     * port that was ours a moment ago, but only once ours is closed. If ours was closed and this is
     * ours all the same, then this one's peer has left.
     *
     * @param to where its client meant to connect to
     */
    public boolean hasDialled(Channel accepted, InetSocketAddress to) {
        RecentDials remembered = recentDials;
        if (remembered == null || !(accepted instanceof EpollSocketChannel socket)) {
            return false;
        }
        Ends ends = new Ends(socket.remoteAddress(), to);
        return remembered
                .descriptorOf(ends)
                .filter(descriptor -> ends.areThoseOf(descriptor) || hasLeft(socket))
                .isPresent();
    }

    private static boolean hasLeft(EpollSocketChannel accepted) {
        return accepted.tcpInfo().state() != TCP_ESTABLISHED;
    }

    private static InetSocketAddress anyPortOf(InetAddress address) {
        return new InetSocketAddress(address, 0);
    }

    /** An IPv4 socket does for IPv4 what an IPv6 socket does too, with less work for the kernel. */
    private static SocketProtocolFamily familyOf(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address
                ? SocketProtocolFamily.INET
                : SocketProtocolFamily.INET6;
    }

    /** Closes every socket on the loops, lets their ends be written down, and ends the threads. */
    @Override
    public void close() {
        // A loop that is told to end between two of its steps ends without closing its sockets,
        // unless it has run a task within the quiet period: so each of them runs one now.
        for (EventExecutor loop : loops) {
            loop.submit(() -> {}).awaitUninterruptibly();
        }
        loops.shutdownGracefully(
                        QUIET_PERIOD.toMillis(), LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(LONGEST_STOP.toMillis());
    }

    @SuppressWarnings("unchecked")
    private static <T> void child(ServerBootstrap to, ChannelOption<T> option, Object value) {
        to.childOption(option, (T) value);
    }

    @SuppressWarnings("unchecked")
    private static <T> void own(ServerBootstrap to, ChannelOption<T> option, Object value) {
        to.option(option, (T) value);
    }
}
