package conduit.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A descriptor that whoever started us has opened for us (sd_listen_fds(3)). On any thread.
 *
 * @param descriptor ours from now on
 */
public record InheritedSocket(int descriptor) {

    /** SD_LISTEN_FDS_START. */
    private static final int FIRST = 3;

    /** Nobody passes more; a larger number is a mistake of whoever set it. */
    private static final int MOST = 10_000;

    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SO_DOMAIN = 39;
    private static final int SOCK_STREAM = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int F_SETFD = 2;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int FD_CLOEXEC = 1;
    private static final int O_NONBLOCK = 0x800;

    /**
     * All of them; none where the variables are for another process, or make no sense.
     *
     * @param environment with {@code LISTEN_FDS} and {@code LISTEN_PID}
     * @param pid our own
     */
    public static List<InheritedSocket> all(Map<String, String> environment, long pid) {
        if (!Long.toString(pid).equals(environment.get("LISTEN_PID"))) {
            return List.of();
        }
        String count = environment.getOrDefault("LISTEN_FDS", "");
        if (!count.matches("[0-9]{1,5}")) {
            return List.of();
        }
        return IntStream.range(FIRST, FIRST + Math.min(Integer.parseInt(count), MOST))
                .mapToObj(InheritedSocket::new)
                .toList();
    }

    /** Why it is not a TCP socket that listens, as a fragment; empty where it is one. */
    public Optional<String> unfitBecause() {
        try {
            int family = option(SO_DOMAIN);
            if (family < 0) {
                return Optional.of("no socket");
            }
            boolean streams = option(SO_TYPE) == SOCK_STREAM;
            if (!streams || (family != AF_INET && family != AF_INET6)) {
                return Optional.of("not TCP");
            }
            return option(SO_ACCEPTCONN) == 1 ? Optional.empty() : Optional.of("does not listen");
        } catch (LinkageError | IllegalCallerException e) {
            return Optional.of("native access is not possible: " + e.getMessage());
        }
    }

    /** Its value, or -1. */
    private int option(int name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.CAPTURED);
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
            int result =
                    (int)
                            Libc.GETSOCKOPT.invokeExact(
                                    errno, descriptor, SOL_SOCKET, name, value, length);
            return result < 0 ? -1 : value.get(JAVA_INT, 0);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Makes it what an event loop needs: non-blocking, and not inherited any further. */
    public void prepare() {
        control(F_SETFL, O_NONBLOCK);
        control(F_SETFD, FD_CLOEXEC);
    }

    /** Another descriptor of the same socket, or a negative number where there is none left. */
    public int duplicate() {
        return control(F_DUPFD_CLOEXEC, 0);
    }

    private int control(int operation, int argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.CAPTURED);
            return (int) Libc.FCNTL.invokeExact(errno, descriptor, operation, argument);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Closes it; the socket lives on where others have it open. */
    public void close() {
        Libc.close(descriptor);
    }
}
