package conduit.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * What the kernel knows of a TCP connection: {@code TCP_INFO} of tcp(7), laid out as in {@code
 * linux/tcp.h}, where fields are only ever added at the end, and the lengths of its queues. Two to
 * three system calls, on any thread that sees to it that the descriptor stays open.
 *
 * @param roundTripMicros the smoothed round-trip time, in microseconds
 * @param retransmitted segments that were sent once more, in the connection's life
 * @param unsent bytes written that have not been sent yet
 * @param unacknowledged bytes that have been sent and not acknowledged
 * @param unread bytes that have arrived and not been read
 * @param silentMillis since data was last sent or arrived, in milliseconds
 */
public record TcpInfo(
        long roundTripMicros,
        long retransmitted,
        long unsent,
        long unacknowledged,
        long unread,
        long silentMillis) {

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final long SIOCINQ = 0x541B;
    private static final long SIOCOUTQ = 0x5411;

    private static final long LAST_DATA_SENT = 44;
    private static final long LAST_DATA_RECV = 52;
    private static final long RTT = 68;
    private static final long TOTAL_RETRANS = 100;

    /** Since Linux 4.6. */
    private static final long NOTSENT_BYTES = 144;

    private static final long LENGTH = NOTSENT_BYTES + Integer.BYTES;

    /** Of the connection with this descriptor; empty when there is none, or it is not TCP. */
    public static Optional<TcpInfo> of(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.CAPTURED);
            MemorySegment info = arena.allocate(LENGTH, Long.BYTES);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) LENGTH);
            int result =
                    (int)
                            Libc.GETSOCKOPT.invokeExact(
                                    errno, descriptor, IPPROTO_TCP, TCP_INFO, info, length);
            if (result < 0) {
                return Optional.empty();
            }
            long unsent = unsigned(info, NOTSENT_BYTES);
            long queued = ask(descriptor, SIOCOUTQ, errno, length);
            return Optional.of(
                    new TcpInfo(
                            unsigned(info, RTT),
                            unsigned(info, TOTAL_RETRANS),
                            unsent,
                            // Of two calls, between which segments may have left.
                            Math.max(0, queued - unsent),
                            ask(descriptor, SIOCINQ, errno, length),
                            Math.min(
                                    unsigned(info, LAST_DATA_SENT),
                                    unsigned(info, LAST_DATA_RECV))));
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    private static long unsigned(MemorySegment info, long offset) {
        return Integer.toUnsignedLong(info.get(JAVA_INT, offset));
    }

    private static long ask(int descriptor, long request, MemorySegment errno, MemorySegment answer)
            throws Throwable {
        int result = (int) Libc.IOCTL.invokeExact(errno, descriptor, request, answer);
        return result < 0 ? 0 : answer.get(JAVA_INT, 0);
    }
}
