package conduit.transport;

import conduit.linux.Kernel;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.FastThreadLocal;

/** Looks into sockets for what their peers have sent and nobody has read yet. On their loops. */
public final class Unread {

    static final boolean CAN_LOOK = Kernel.unavailableBecause().isEmpty();

    static final FastThreadLocal<Kernel> KERNEL =
            new FastThreadLocal<>() {
                @Override
                protected Kernel initialValue() {
                    return new Kernel();
                }
            };

    private Unread() {}

    /**
     * Whether nobody waits in an open listener's queue to be accepted, as far as can be told, in
     * the same way.
     */
    public static boolean isNobodyAt(Channel listener) {
        return !CAN_LOOK
                || !(listener instanceof EpollServerSocketChannel socket)
                || !KERNEL.get().isReadable(socket.fd().intValue());
    }

    /**
     * Whether an open socket holds neither a byte nor an end of stream nor an error, as far as can
     * be told: without native access or epoll it is taken to hold none.
     */
    public static boolean isNothingIn(Channel channel) {
        return !CAN_LOOK
                || !(channel instanceof EpollSocketChannel socket)
                || KERNEL.get().peek(socket.fd().intValue()) == Kernel.WOULD_BLOCK;
    }
}
