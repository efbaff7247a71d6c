package conduit.transport;

import conduit.config.KeepAlive;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.nio.channels.spi.SelectorProvider;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import jdk.net.ExtendedSocketOptions;

/**
 * What sockets are made of here: Linux's epoll, or the portable NIO; and by which names their
 * options go.
 */
record SocketKind(
        String name,
        IoHandlerFactory handlers,
        Function<SocketProtocolFamily, ServerSocketChannel> listener,
        Function<SocketProtocolFamily, SocketChannel> socket,
        Class<? extends SocketChannel> socketType,
        Class<? extends DatagramChannel> datagram,
        Probes<Boolean> probes) {

    private static final SelectorProvider PROVIDER = SelectorProvider.provider();

    /** The names of keepalive's options, and how it is switched on. */
    private record Probes<T>(
            ChannelOption<T> on,
            T yes,
            ChannelOption<Integer> idle,
            ChannelOption<Integer> interval,
            ChannelOption<Integer> count) {

        static Probes<Boolean> of(
                ChannelOption<Integer> idle,
                ChannelOption<Integer> interval,
                ChannelOption<Integer> count) {
            return new Probes<>(ChannelOption.SO_KEEPALIVE, true, idle, interval, count);
        }
    }

    /** A listener of Netty's has no such options by name; the numbers are the kernel's. */
    private static final Probes<Integer> EPOLL_LISTENER =
            new Probes<>(
                    new IntegerUnixChannelOption("SO_KEEPALIVE", 1, 9),
                    1,
                    new IntegerUnixChannelOption("TCP_KEEPIDLE", 6, 4),
                    new IntegerUnixChannelOption("TCP_KEEPINTVL", 6, 5),
                    new IntegerUnixChannelOption("TCP_KEEPCNT", 6, 6));

    /** The better one that works here. */
    static SocketKind best() {
        return Epoll.isAvailable() ? epoll() : nio();
    }

    private static SocketKind epoll() {
        return new SocketKind(
                "epoll",
                KeepingEpollHandler.newFactory(),
                EpollServerSocketChannel::new,
                EpollSocketChannel::new,
                EpollSocketChannel.class,
                EpollDatagramChannel.class,
                Probes.of(
                        EpollChannelOption.TCP_KEEPIDLE,
                        EpollChannelOption.TCP_KEEPINTVL,
                        EpollChannelOption.TCP_KEEPCNT));
    }

    private static SocketKind nio() {
        return new SocketKind(
                "nio",
                NioIoHandler.newFactory(),
                family -> new NioServerSocketChannel(PROVIDER, family),
                family -> new NioSocketChannel(PROVIDER, family),
                NioSocketChannel.class,
                NioDatagramChannel.class,
                Probes.of(
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)));
    }

    boolean isEpoll() {
        return socketType.equals(EpollSocketChannel.class);
    }

    /** What Netty does with a socket. */
    Map<ChannelOption<?>, Object> handling() {
        Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
        // An end of stream is half a connection's end: tunnels pass it on and keep the other half.
        options.put(ChannelOption.ALLOW_HALF_CLOSURE, true);
        options.put(ChannelOption.AUTO_READ, false);
        // A write that fails must not close the socket: what the peer sent before it broke off can
        // still be read. So a channel that closes by itself was closed by the end of its loop. NIO
        // does not always tell of the break a second time, so there the write has to do.
        options.put(ChannelOption.AUTO_CLOSE, !isEpoll());
        if (!isEpoll()) {
            // On epoll Netty sets it unasked.
            options.put(ChannelOption.TCP_NODELAY, true);
        }
        return options;
    }

    /** How the kernel finds out that a silent peer is gone: options of a connection. */
    Map<ChannelOption<?>, Object> probing(KeepAlive keepAlive) {
        return options(probes, keepAlive);
    }

    /** The same as options of an epoll listener, from which its connections inherit them. */
    static Map<ChannelOption<?>, Object> probingOfListener(KeepAlive keepAlive) {
        return options(EPOLL_LISTENER, keepAlive);
    }

    private static <T> Map<ChannelOption<?>, Object> options(
            Probes<T> probes, KeepAlive keepAlive) {
        Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
        boolean off = keepAlive instanceof KeepAlive.Off;
        if (!off) {
            options.put(probes.on(), probes.yes());
        }
        if (keepAlive instanceof KeepAlive.Every(var idle, var interval, int count)) {
            options.put(probes.idle(), Math.toIntExact(idle.toSeconds()));
            options.put(probes.interval(), Math.toIntExact(interval.toSeconds()));
            options.put(probes.count(), count);
        }
        return options;
    }
}
