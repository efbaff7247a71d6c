package conduit.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.Optional;

/**
 * Which error made a connect fail. Netty's epoll transport throws one exception without a number
 * for ENETUNREACH and for EHOSTUNREACH. So the number is taken from the socket before Netty takes
 * it; and where connect(2) itself failed, the kernel is asked once more.
 *
 * @param text what there is to say when it is none of the errors we know
 */
public record ConnectError(Optional<Errno> errno, String text) {

    private static final ChannelOption<Integer> SO_ERROR =
            new IntegerUnixChannelOption("SO_ERROR", 1, 4);

    /** An attribute, since the socket is Netty's and this is between two of its events. */
    private static final AttributeKey<Integer> TAKEN =
            AttributeKey.valueOf(ConnectError.class, "taken");

    /** Why no socket could be made. */
    public static ConnectError of(Throwable failure) {
        String message = failure.getMessage();
        return new ConnectError(Errno.of(failure), message == null ? "closed" : message);
    }

    /** Why this connect to an address failed. */
    public static ConnectError of(ChannelFuture failed, InetSocketAddress address) {
        Channel channel = failed.channel();
        if (channel.hasAttr(TAKEN)) {
            int number = channel.attr(TAKEN).get();
            return new ConnectError(Errno.of(number), "error " + number);
        }
        Throwable cause = failed.cause();
        return cause instanceof NoRouteToHostException && Errno.of(cause).isEmpty()
                ? new ConnectError(Optional.of(noRoute(address)), "")
                : of(cause);
    }

    /**
     * Asks again what has just failed, with a socket for datagrams, whose connect(2) looks for a
     * route and sends nothing. It does without our mark, which hardly ever makes a difference.
     */
    private static Errno noRoute(InetSocketAddress address) {
        StandardProtocolFamily family =
                address.getAddress() instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6;
        try (DatagramChannel probe = DatagramChannel.open(family)) {
            probe.connect(address);
        } catch (IOException e) {
            if (Errno.of(e).equals(Optional.of(Errno.EHOSTUNREACH))) {
                return Errno.EHOSTUNREACH;
            }
        } catch (UnsupportedOperationException e) {
            // The JVM was told to do without IPv6.
            return Errno.ENETUNREACH;
        }
        return Errno.ENETUNREACH;
    }

    /**
     * Takes the error of a connect that has failed from its socket. Reading it clears it, so that
     * Netty would take the socket for connected: close it when this was true.
     */
    static boolean take(Channel connecting) {
        try {
            Integer number = connecting.config().getOption(SO_ERROR);
            if (number == null || number == 0) {
                return false;
            }
            connecting.attr(TAKEN).set(number);
            return true;
        } catch (ChannelException e) {
            // Netty will come upon it too, and say so.
            return false;
        }
    }
}
