package conduit.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * System calls on descriptors. A result of zero or more is the call's own; a negative one is the
 * negated errno, so nothing is allocated and nothing thrown, and {@link #WOULD_BLOCK} is one
 * comparison. Calls interrupted by a signal are repeated. One instance for each thread: it owns the
 * memory into which the thread's errno goes. All descriptors must be non-blocking.
 */
public final class Kernel {

    /** EAGAIN: nothing to read, or no room to write. errno(3). */
    public static final int WOULD_BLOCK = -11;

    /** The largest pipe an unprivileged process may have (pipe(7), pipe-max-size is 1 MiB). */
    public static final int LARGE_PIPE = 256 * 1024;

    private static final int INTERRUPTED = -4;
    private static final int O_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int F_SETPIPE_SZ = 1031;
    private static final int SPLICE_F_MOVE_NONBLOCK = 1 | 2;
    private static final int SHUT_WR = 1;
    private static final int MSG_PEEK = 2;
    private static final short POLLIN = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_LINGER = 13;
    private static final long SIOCINQ = 0x541B;
    private static final long SIOCOUTQ = 0x5411;

    /** One read; a stream that fills it is worth splicing. */
    public static final int BUFFER = 32 * 1024;

    private final MemorySegment errno;
    private final MemorySegment twoInts;
    private final MemorySegment buffer;

    /** For the calling thread; its memory lives as long as the process. */
    public Kernel() {
        Arena forEver = Arena.global();
        errno = forEver.allocate(Libc.CAPTURED);
        twoInts = forEver.allocate(JAVA_INT, 2);
        buffer = forEver.allocate(BUFFER, 64);
    }

    /**
     * Whether these calls can be made here; where epoll is, that is mostly so.
     *
     * @return empty, or why not, as a fragment
     */
    public static String unavailableBecause() {
        try {
            return new Kernel().close(-1) < 0 ? "" : "close(2) does not answer as it should";
        } catch (LinkageError | IllegalCallerException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** read(2) into the buffer, as much as it takes: bytes read, 0 at the end of the stream. */
    public long read(int fd) {
        return read(fd, BUFFER);
    }

    /** The same with a bound: the bytes to be read at most, 1 to {@link #BUFFER}. */
    public long read(int fd, long most) {
        long result;
        do {
            try {
                result = (long) Libc.READ.invokeExact(errno, fd, buffer, most);
            } catch (Throwable t) {
                throw Libc.unexpected(t);
            }
            result = result < 0 ? negatedErrno() : result;
        } while (result == INTERRUPTED);
        return result;
    }

    /**
     * recv(2) of a byte that stays where it is: 1 where something waits to be read, 0 at the end of
     * the stream, {@link #WOULD_BLOCK} where nothing has come.
     */
    public long peek(int socket) {
        long result;
        do {
            try {
                result = (long) Libc.RECV.invokeExact(errno, socket, twoInts, 1L, MSG_PEEK);
            } catch (Throwable t) {
                throw Libc.unexpected(t);
            }
            result = result < 0 ? negatedErrno() : result;
        } while (result == INTERRUPTED);
        return result;
    }

    /**
     * Whether poll(2) finds something to read, or of a listener somebody to accept, or an error.
     */
    public boolean isReadable(int fd) {
        // struct pollfd: int fd, short events, short revents.
        twoInts.setAtIndex(JAVA_INT, 0, fd);
        twoInts.set(JAVA_SHORT, 4, POLLIN);
        twoInts.set(JAVA_SHORT, 6, (short) 0);
        int result;
        do {
            try {
                result = (int) Libc.POLL.invokeExact(errno, twoInts, 1L, 0);
            } catch (Throwable t) {
                throw Libc.unexpected(t);
            }
            result = result < 0 ? negatedErrno() : result;
        } while (result == INTERRUPTED);
        return result > 0;
    }

    /** write(2) of the first bytes of the buffer: bytes written, perhaps fewer. */
    public long write(int fd, long length) {
        return write(fd, buffer, length);
    }

    /** write(2) of what remains in a direct buffer, whose position is not moved. */
    public long write(int fd, ByteBuffer direct) {
        return write(fd, MemorySegment.ofBuffer(direct), direct.remaining());
    }

    /** What stands in the buffer from an offset on; overwritten by the next read. */
    public ByteBuffer contents(long offset, long length) {
        return buffer.asSlice(offset, length).asByteBuffer();
    }

    private long write(int fd, MemorySegment bytes, long length) {
        long result;
        do {
            try {
                result = (long) Libc.WRITE.invokeExact(errno, fd, bytes, length);
            } catch (Throwable t) {
                throw Libc.unexpected(t);
            }
            result = result < 0 ? negatedErrno() : result;
        } while (result == INTERRUPTED);
        return result;
    }

    /**
     * splice(2) without blocking: bytes moved, 0 at the end of the stream. From a socket into a
     * pipe, {@link #WOULD_BLOCK} means that the socket is empty <b>or the pipe full</b>.
     */
    public long splice(int from, int to, long length) {
        long result;
        do {
            try {
                result =
                        (long)
                                Libc.SPLICE.invokeExact(
                                        errno, from, 0L, to, 0L, length, SPLICE_F_MOVE_NONBLOCK);
            } catch (Throwable t) {
                throw Libc.unexpected(t);
            }
            result = result < 0 ? negatedErrno() : result;
        } while (result == INTERRUPTED);
        return result;
    }

    /**
     * pipe2(2), enlarged to {@link #LARGE_PIPE} where the system allows it.
     *
     * @return the reading end in the upper and the writing end in the lower 32 bits, or an error
     */
    public long pipe() {
        int result;
        try {
            result = (int) Libc.PIPE2.invokeExact(errno, twoInts, O_NONBLOCK_CLOEXEC);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
        if (result < 0) {
            return negatedErrno();
        }
        int reading = twoInts.getAtIndex(JAVA_INT, 0);
        int writing = twoInts.getAtIndex(JAVA_INT, 1);
        enlarge(writing);
        return ((long) reading << 32) | writing;
    }

    /** A pipe that stays small (over pipe-user-pages-soft, pipe(7)) moves less at a time. */
    private void enlarge(int pipe) {
        try {
            int ignored = (int) Libc.FCNTL.invokeExact(errno, pipe, F_SETPIPE_SZ, LARGE_PIPE);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** shutdown(2) of the writing half: the peer sees the end of the stream after what was sent. */
    public int shutdownOutput(int socket) {
        try {
            int result = (int) Libc.SHUTDOWN.invokeExact(errno, socket, SHUT_WR);
            return result < 0 ? negatedErrno() : result;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Makes the close of a socket a reset: SO_LINGER on with a time of zero, socket(7). */
    public int resetOnClose(int socket) {
        twoInts.setAtIndex(JAVA_INT, 0, 1);
        twoInts.setAtIndex(JAVA_INT, 1, 0);
        try {
            int result =
                    (int)
                            Libc.SETSOCKOPT.invokeExact(
                                    errno,
                                    socket,
                                    SOL_SOCKET,
                                    SO_LINGER,
                                    twoInts,
                                    (int) twoInts.byteSize());
            return result < 0 ? negatedErrno() : result;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Bytes that a TCP peer has not acknowledged yet (SIOCOUTQ, tcp(7)); or an error. */
    public long queued(int socket) {
        return ask(socket, SIOCOUTQ);
    }

    /** Bytes that wait to be read, up to urgent data (SIOCINQ, tcp(7)); or an error. */
    public long unread(int socket) {
        return ask(socket, SIOCINQ);
    }

    private long ask(int socket, long request) {
        try {
            int result = (int) Libc.IOCTL.invokeExact(errno, socket, request, twoInts);
            return result < 0 ? negatedErrno() : twoInts.getAtIndex(JAVA_INT, 0);
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** close(2). Never repeated: on Linux the descriptor is gone whatever it answers. */
    public int close(int fd) {
        try {
            int result = (int) Libc.CLOSE.invokeExact(errno, fd);
            return result < 0 ? negatedErrno() : result;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    private int negatedErrno() {
        return -(int) Libc.ERRNO.get(errno, 0L);
    }
}
