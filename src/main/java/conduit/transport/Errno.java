package conduit.transport;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The error of a failed system call, dug out of the exception that carries it: the epoll transport
 * writes the number into the message, NIO only the kernel's words. Numbers as on Linux, x86-64 and
 * aarch64 (errno(3), asm-generic/errno.h).
 */
public enum Errno {
    /** The connection was reset, and a write has found out. */
    EPIPE(32, "Broken pipe"),
    /** Permission denied. */
    EACCES(13, "Permission denied"),
    /** The system is out of descriptors. */
    ENFILE(23, "Too many open files in system"),
    /** The process is out of descriptors. */
    EMFILE(24, "Too many open files"),
    /** The address is in use. */
    EADDRINUSE(98, "Address already in use"),
    /** The address is not one of this machine's, or no local port is left. */
    EADDRNOTAVAIL(99, "Cannot assign requested address"),
    /** There is no route to the network. */
    ENETUNREACH(101, "Network is unreachable"),
    /** The peer reset the connection. */
    ECONNRESET(104, "Connection reset"),
    /** The peer never answered. */
    ETIMEDOUT(110, "Connection timed out"),
    /** The peer answered with a reset. */
    ECONNREFUSED(111, "Connection refused"),
    /** A router, or our own neighbour table, says that the host cannot be reached. */
    EHOSTUNREACH(113, "No route to host");

    private final String number;
    private final String words;

    Errno(int number, String words) {
        this.number = "error(-" + number + ")";
        this.words = words;
    }

    /** The first of these errors that the failure or one of its causes tells of. */
    public static Optional<Errno> of(@Nullable Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            for (Errno errno : values()) {
                if (message.contains(errno.number) || message.contains(errno.words)) {
                    return Optional.of(errno);
                }
            }
        }
        return Optional.empty();
    }
}
