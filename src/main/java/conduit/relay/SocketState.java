package conduit.relay;

import conduit.linux.TcpInfo;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.Optional;

/**
 * How a TCP connection is doing, as the kernel tells: why one is slow. To be asked for on the event
 * loop that owns the socket.
 *
 * @param roundTripMicros the smoothed round-trip time, in microseconds
 * @param retransmitted segments that were sent once more, in the connection's life
 * @param unsent bytes written that have not been sent yet: the peer's window or the network is full
 * @param unacknowledged bytes that have been sent and not acknowledged
 * @param unread bytes that have arrived and not been read: the other side does not take them
 * @param silentMillis since data was last sent or arrived, in milliseconds
 */
public record SocketState(
        long roundTripMicros,
        long retransmitted,
        long unsent,
        long unacknowledged,
        long unread,
        long silentMillis) {

    /** Of an open socket; empty where the kernel does not tell. */
    static Optional<SocketState> of(int descriptor) {
        return TcpInfo.of(descriptor)
                .map(info ->
                        new SocketState(
                                info.roundTripMicros(),
                                info.retransmitted(),
                                info.unsent(),
                                info.unacknowledged(),
                                info.unread(),
                                info.silentMillis()));
    }

    /** Of a channel's socket; empty when it is closed, or not one of epoll's. */
    public static Optional<SocketState> of(Channel channel) {
        return channel instanceof EpollSocketChannel socket && socket.isOpen()
                ? of(socket.fd().intValue())
                : Optional.empty();
    }
}
