package conduit.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The functions of the C library that the other classes of this package call, bound once. Each
 * handle takes the segment that captures errno as its first argument. Static and final, so that the
 * JIT compiles a call into little more than the call itself.
 */
final class Libc {

    private static final Linker LINKER = Linker.nativeLinker();

    static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    static final VarHandle ERRNO =
            CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** ssize_t read(int fd, void *buf, size_t count). */
    static final MethodHandle READ =
            bind("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    /** ssize_t recv(int sockfd, void *buf, size_t len, int flags). */
    static final MethodHandle RECV =
            bind("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    /** ssize_t write(int fd, const void *buf, size_t count). */
    static final MethodHandle WRITE =
            bind("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    /**
     * ssize_t splice(int, off_t *, int, off_t *, size_t, unsigned); the offsets are passed as 0.
     */
    static final MethodHandle SPLICE =
            bind(
                    "splice",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG,
                            JAVA_INT));

    /** int pipe2(int pipefd[2], int flags). */
    static final MethodHandle PIPE2 =
            bind("pipe2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    /** int fcntl(int fd, int op, ...), with one int. */
    static final MethodHandle FCNTL =
            bind(
                    "fcntl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                    Linker.Option.firstVariadicArg(2));

    /** int ioctl(int fd, unsigned long op, ...), with one pointer. */
    static final MethodHandle IOCTL =
            bind(
                    "ioctl",
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    Linker.Option.firstVariadicArg(2));

    /** int poll(struct pollfd *fds, nfds_t nfds, int timeout). */
    static final MethodHandle POLL =
            bind("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    /** int shutdown(int sockfd, int how). */
    static final MethodHandle SHUTDOWN =
            bind("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    /** int close(int fd). */
    static final MethodHandle CLOSE = bind("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /** int setsockopt(int, int level, int name, const void *value, socklen_t length). */
    static final MethodHandle SETSOCKOPT =
            bind(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

    /** int getsockopt(int, int level, int name, void *value, socklen_t *length). */
    static final MethodHandle GETSOCKOPT =
            bind(
                    "getsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    /** ssize_t sendto(int, const void *, size_t, int flags, const struct sockaddr *, socklen_t). */
    static final MethodHandle SENDTO =
            bind(
                    "sendto",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

    /** int clock_gettime(clockid_t clockid, struct timespec *tp). */
    static final MethodHandle CLOCK_GETTIME =
            bind("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    /** int socket(int domain, int type, int protocol). */
    static final MethodHandle SOCKET =
            bind("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));

    /** int bind(int sockfd, const struct sockaddr *addr, socklen_t addrlen). */
    static final MethodHandle BIND =
            bind("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));

    /** int unshare(int flags). */
    static final MethodHandle UNSHARE = bind("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private Libc() {}

    @SuppressWarnings("restricted")
    private static MethodHandle bind(
            String name, FunctionDescriptor type, Linker.Option... options) {
        List<Linker.Option> all = new ArrayList<>(List.of(options));
        all.add(Linker.Option.captureCallState("errno"));
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), type, all.toArray(Linker.Option[]::new));
    }

    /** close(2), whatever it answers: on Linux the descriptor is gone. */
    static void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            int ignored = (int) CLOSE.invokeExact(arena.allocate(CAPTURED), fd);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /** A handle that is called with its exact type throws nothing but what the JVM itself does. */
    static Error unexpected(Throwable t) {
        return t instanceof Error error ? error : new AssertionError(t);
    }
}
