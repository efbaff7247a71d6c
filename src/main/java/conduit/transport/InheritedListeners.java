package conduit.transport;

import static java.util.Objects.requireNonNull;

import conduit.linux.InheritedSocket;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.unix.Socket;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets that whoever started us has passed on, by their addresses (decision 0033).
 * For one thread at a time.
 */
public final class InheritedListeners {

    private static final Logger LOG = LoggerFactory.getLogger(InheritedListeners.class);

    private final Map<InetSocketAddress, InheritedSocket> unclaimed = new LinkedHashMap<>();
    private final Map<InetSocketAddress, InheritedSocket> claimed = new LinkedHashMap<>();

    /** None. */
    public InheritedListeners() {
        this(List.of());
    }

    /** Those of these that can be used; the others are closed, and a warning says why. */
    public InheritedListeners(List<InheritedSocket> sockets) {
        for (InheritedSocket socket : sockets) {
            String unfit = unfit(socket);
            if (unfit.isEmpty()) {
                socket.prepare();
                unclaimed.put(addressOf(socket), socket);
            } else {
                LOG.warn("inherited descriptor {} is closed: {}", socket.descriptor(), unfit);
                socket.close();
            }
        }
    }

    private String unfit(InheritedSocket socket) {
        if (!Epoll.isAvailable()) {
            return Transport.epollUnavailableBecause();
        }
        return socket.unfitBecause()
                .orElseGet(() ->
                        unclaimed.containsKey(addressOf(socket))
                                ? "another one has its address"
                                : "");
    }

    private static InetSocketAddress addressOf(InheritedSocket socket) {
        return new Socket(socket.descriptor()).localAddress();
    }

    /** Whether one of them has this very address. */
    boolean include(InetSocketAddress address) {
        return unclaimed.containsKey(address) || claimed.containsKey(address);
    }

    /**
     * A channel of the one with this address. Closing it leaves the socket: whoever passed it on
     * has it open, too, so that nobody could bind its address anew when a reload takes the listener
     * away and another brings it back.
     *
     * @throws ChannelException when no descriptor is left
     */
    ServerSocketChannel listener(InetSocketAddress address) {
        InheritedSocket found = unclaimed.remove(address);
        if (found != null) {
            claimed.put(address, found);
        }
        int descriptor = requireNonNull(claimed.get(address)).duplicate();
        if (descriptor < 0) {
            throw new ChannelException("no descriptor is left for the inherited socket");
        }
        return new EpollServerSocketChannel(descriptor);
    }

    /** Accepts with such a channel, where others are bound first. */
    static ChannelFuture adopt(ServerBootstrap listening) {
        boolean accepts =
                !Boolean.FALSE.equals(listening.config().options().get(ChannelOption.AUTO_READ));
        ChannelFuture adopted = listening.option(ChannelOption.AUTO_READ, false).register();
        if (accepts) {
            // It is active from the first, unlike one that is bound. As a task, which comes behind
            // that of the bootstrap: only then is there somebody who takes what is accepted.
            adopted.addListener(
                    _ -> adopted.channel().eventLoop().execute(() -> accept(adopted.channel())));
        }
        return adopted;
    }

    private static void accept(Channel listener) {
        listener.config().setAutoRead(true);
    }

    /** Closes those that no listener has asked for, and says which they were. */
    public List<InetSocketAddress> closeUnclaimed() {
        List<InetSocketAddress> addresses = List.copyOf(unclaimed.keySet());
        unclaimed.values().forEach(InheritedSocket::close);
        unclaimed.clear();
        return addresses;
    }
}
