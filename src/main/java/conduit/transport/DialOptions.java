package conduit.transport;

import conduit.config.Dialling;
import conduit.config.Fwmark;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;

/**
 * The options by which a dialled socket gets what {@link Dialling} asks for, and the trial at start
 * whether this machine and our capabilities allow them.
 */
final class DialOptions {

    /** socket(7); Netty has no name for it. */
    private static final ChannelOption<Integer> SO_MARK =
            new IntegerUnixChannelOption("SO_MARK", 1, 36);

    /**
     * For dialling from the address of another machine (ip(7)). The port is chosen when both ends
     * are known.
     */
    static final Map<ChannelOption<?>, Object> FOREIGN =
            Map.of(
                    EpollChannelOption.IP_TRANSPARENT,
                    true,
                    EpollChannelOption.IP_BIND_ADDRESS_NO_PORT,
                    true);

    private DialOptions() {}

    /** The option for this mark. */
    static Map<ChannelOption<?>, Object> of(Fwmark mark) {
        return Map.of(SO_MARK, mark.bits());
    }

    /**
     * Sets them, or closes.
     *
     * @throws ChannelException when the kernel refuses one; the channel is closed then
     */
    static void set(Channel of, Map<ChannelOption<?>, Object> options) {
        try {
            options.forEach((option, value) -> set(of, option, value));
        } catch (ChannelException e) {
            of.unsafe().closeForcibly();
            throw e;
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> void set(Channel of, ChannelOption<T> option, Object value) {
        of.config().setOption(option, (T) value);
    }

    /**
     * Finds out whether connections can be dialled so. Blocks; not for event loops.
     *
     * @throws CannotDialException when they cannot
     */
    static void attempt(Dialling dialling, SocketKind kind) throws CannotDialException {
        if (dialling.mark().isPresent()) {
            attempt(dialling.mark().get(), kind);
        }
        switch (dialling.transparent()) {
            case CONDUIT -> {}
            case CLIENT -> attemptForeign(kind);
        }
        for (InetAddress source : dialling.sources()) {
            attempt(source);
        }
    }

    private static void attempt(Fwmark mark, SocketKind kind) throws CannotDialException {
        if (!kind.isEpoll()) {
            throw CannotDialException.with(mark, "only sockets of epoll can have one");
        }
        try {
            attempt(of(mark), kind);
        } catch (ChannelException e) {
            throw CannotDialException.with(mark, e);
        }
    }

    private static void attemptForeign(SocketKind kind) throws CannotDialException {
        if (!kind.isEpoll()) {
            throw CannotDialException.fromClients("only sockets of epoll can");
        }
        try {
            attempt(FOREIGN, kind);
        } catch (ChannelException e) {
            throw CannotDialException.fromClients(e);
        }
    }

    private static void attempt(Map<ChannelOption<?>, Object> options, SocketKind kind) {
        SocketChannel channel = kind.socket().apply(SocketProtocolFamily.INET);
        set(channel, options);
        channel.unsafe().closeForcibly();
    }

    private static void attempt(InetAddress source) throws CannotDialException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(source, 0));
        } catch (IOException e) {
            throw CannotDialException.from(source, e);
        }
    }
}
