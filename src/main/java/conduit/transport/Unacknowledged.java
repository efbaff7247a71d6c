package conduit.transport;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;

/** Looks into sockets for what has been sent and has not arrived at their peers' kernels yet. */
public final class Unacknowledged {

    private Unacknowledged() {}

    /**
     * How many such bytes are in an open socket, as far as can be told: without native access or
     * epoll it is taken to hold none. On the channel's event loop.
     */
    public static long in(Channel channel) {
        return Unread.CAN_LOOK && channel instanceof EpollSocketChannel socket
                ? Unread.KERNEL.get().queued(socket.fd().intValue())
                : 0;
    }
}
