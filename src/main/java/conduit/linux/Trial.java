package conduit.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Calls that need privileges, tried once to see whether they are granted. On any thread; nothing is
 * left open.
 */
public final class Trial {

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOL_IP = 0;
    private static final int SOL_IPV6 = 41;
    private static final int IP_TRANSPARENT = 19;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int CLONE_NEWNET = 0x4000_0000;

    private Trial() {}

    /** Why a socket of IPv4 cannot be transparent (ip(7), IP_TRANSPARENT); empty where it can. */
    public static Optional<String> transparentIpv4() {
        return refusal(() -> transparent(AF_INET, SOL_IP, IP_TRANSPARENT));
    }

    /** The same of IPv6. */
    public static Optional<String> transparentIpv6() {
        return refusal(() -> transparent(AF_INET6, SOL_IPV6, IPV6_TRANSPARENT));
    }

    /**
     * Takes the calling thread into a new, empty network namespace (unshare(2)), which it passes on
     * to the processes it starts and the sockets it opens. There is no way back for the thread.
     *
     * @return why not; empty when it is there
     */
    public static Optional<String> ownNetwork() {
        return refusal(Trial::unshare);
    }

    private interface Call {
        /** Zero or more, or a negated errno. */
        int made();
    }

    private static Optional<String> refusal(Call call) {
        try {
            int result = call.made();
            return switch (-result) {
                case 1 -> Optional.of("Operation not permitted");
                case 97 -> Optional.of("Address family not supported");
                default -> result < 0 ? Optional.of("errno " + -result) : Optional.empty();
            };
        } catch (LinkageError | IllegalCallerException e) {
            return Optional.of("native access is not possible: " + e.getMessage());
        }
    }

    private static int unshare() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.CAPTURED);
            int result = (int) Libc.UNSHARE.invokeExact(errno, CLONE_NEWNET);
            return result < 0 ? -(int) Libc.ERRNO.get(errno, 0L) : 0;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    private static int transparent(int family, int level, int option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.CAPTURED);
            int socket = (int) Libc.SOCKET.invokeExact(errno, family, SOCK_STREAM, 0);
            if (socket < 0) {
                return -(int) Libc.ERRNO.get(errno, 0L);
            }
            MemorySegment on = arena.allocateFrom(JAVA_INT, 1);
            int set =
                    (int)
                            Libc.SETSOCKOPT.invokeExact(
                                    errno, socket, level, option, on, (int) on.byteSize());
            int result = set < 0 ? -(int) Libc.ERRNO.get(errno, 0L) : 0;
            Libc.close(socket);
            return result;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
