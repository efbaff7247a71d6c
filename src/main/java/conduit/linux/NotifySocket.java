package conduit.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The datagram socket to a service manager (sd_notify(3)), for as long as the process lives. On any
 * thread; sending never blocks.
 */
public final class NotifySocket {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x8_0000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int CLOCK_MONOTONIC = 1;

    /** sun_family before the name (unix(7)). */
    private static final int BEFORE_NAME = 2;

    /** sun_path, with the zero byte behind a path. */
    private static final int LONGEST_NAME = 107;

    private final int socket;
    private final byte[] name;

    private NotifySocket(int socket, byte[] name) {
        this.socket = socket;
        this.name = name;
    }

    /**
     * To the value of {@code $NOTIFY_SOCKET}: the path of a socket, or {@code @} and an abstract
     * name.
     *
     * @throws IOException where it is neither, or the system does not let us
     */
    public static NotifySocket to(String address) throws IOException {
        byte[] name = address.getBytes(UTF_8);
        if (!address.startsWith("/") && !address.startsWith("@")) {
            throw new IOException("neither a path nor an abstract name: " + address);
        }
        if (name.length > LONGEST_NAME) {
            throw new IOException("longer than " + LONGEST_NAME + " bytes: " + address);
        }
        if (name[0] == '@') {
            name[0] = 0;
        }
        try {
            return new NotifySocket(opened(), name);
        } catch (LinkageError | IllegalCallerException e) {
            throw new IOException("native access is not possible: " + e.getMessage(), e);
        }
    }

    private static int opened() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.CAPTURED);
            int socket =
                    (int) Libc.SOCKET.invokeExact(errno, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (socket < 0) {
                throw new IOException("a socket: errno " + (int) Libc.ERRNO.get(errno, 0L));
            }
            return socket;
        } catch (IOException e) {
            throw e;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * Sends one message of lines {@code NAME=value}.
     *
     * @return zero, or the errno: EAGAIN where whoever should read does not
     */
    public int send(String message) {
        byte[] text = message.getBytes(UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.CAPTURED);
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, text);
            // A path ends with the zero byte that is there already; an abstract name ends itself.
            int length = BEFORE_NAME + name.length + (name[0] == 0 ? 0 : 1);
            MemorySegment address = arena.allocate(length, 2);
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(name, 0, address, JAVA_BYTE, BEFORE_NAME, name.length);
            long sent =
                    (long)
                            Libc.SENDTO.invokeExact(
                                    errno,
                                    socket,
                                    bytes,
                                    (long) text.length,
                                    MSG_DONTWAIT | MSG_NOSIGNAL,
                                    address,
                                    length);
            return sent < 0 ? (int) Libc.ERRNO.get(errno, 0L) : 0;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /** Microseconds of CLOCK_MONOTONIC, by which the manager tells one reload from another. */
    public static long monotonicMicros() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.CAPTURED);
            MemorySegment time = arena.allocate(JAVA_LONG, 2);
            int ignored = (int) Libc.CLOCK_GETTIME.invokeExact(errno, CLOCK_MONOTONIC, time);
            return time.getAtIndex(JAVA_LONG, 0) * 1_000_000
                    + time.getAtIndex(JAVA_LONG, 1) / 1_000;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }
}
