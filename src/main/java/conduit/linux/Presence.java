package conduit.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A name that everybody in a network namespace can see, in whatever process namespace he is, for as
 * long as it is kept and its process lives: that of an abstract socket (unix(7)). On any thread,
 * whose network namespace it is.
 */
public final class Presence implements AutoCloseable {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x8_0000;

    /** sun_family and the zero byte before an abstract name. */
    private static final int BEFORE_NAME = 3;

    private final int socket;

    private Presence(int socket) {
        this.socket = socket;
    }

    /**
     * Shows a name of at most 100 ASCII characters.
     *
     * @throws IOException where it is taken, or the system does not let us
     */
    public static Presence show(String name) throws IOException {
        int socket;
        try {
            socket = bound(name);
        } catch (LinkageError | IllegalCallerException e) {
            throw new IOException("native access is not possible: " + e.getMessage(), e);
        }
        if (socket < 0) {
            throw new IOException("a socket of our own: errno " + -socket);
        }
        return new Presence(socket);
    }

    private static int bound(String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Libc.CAPTURED);
            int socket =
                    (int) Libc.SOCKET.invokeExact(errno, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (socket < 0) {
                return -(int) Libc.ERRNO.get(errno, 0L);
            }
            byte[] text = name.getBytes(US_ASCII);
            MemorySegment address = arena.allocate(BEFORE_NAME + text.length, 2);
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(text, 0, address, JAVA_BYTE, BEFORE_NAME, text.length);
            int bound =
                    (int) Libc.BIND.invokeExact(errno, socket, address, (int) address.byteSize());
            if (bound < 0) {
                int why = -(int) Libc.ERRNO.get(errno, 0L);
                Libc.close(socket);
                return why;
            }
            return socket;
        } catch (Throwable t) {
            throw Libc.unexpected(t);
        }
    }

    /**
     * All names of abstract sockets that there are, whoever shows them.
     *
     * @throws IOException where proc(5) does not tell
     */
    public static Set<String> names() throws IOException {
        return Files.readAllLines(Path.of("/proc/thread-self/net/unix")).stream()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .filter(path -> path.startsWith("@"))
                .map(path -> path.substring(1))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void close() {
        Libc.close(socket);
    }
}
