package conduit.transport;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The error of a failed system call, dug out of the exception that carries it: the epoll transport
 * writes the number into the message, NIO only the kernel's words. Numbers as on Linux, x86-64 and
 * aarch64 (errno(3), asm-generic/errno.h).
 */
public enum Errno {
    /** A filter of this machine forbids it, or a capability is missing. */
    EPERM(1, "Operation not permitted"),
    /** The kernel has no memory left for it. */
    ENOMEM(12, "Cannot allocate memory"),
    /** Permission denied; to connect, by a route that prohibits. */
    EACCES(13, "Permission denied"),
    /** The kernel can do nothing with it: an address without its zone, a blackhole route. */
    EINVAL(22, "Invalid argument"),
    /** The system is out of descriptors. */
    ENFILE(23, "Too many open files in system"),
    /** The process is out of descriptors. */
    EMFILE(24, "Too many open files"),
    /** The connection was reset, and a write has found out. */
    EPIPE(32, "Broken pipe"),
    /** A router says that the host is cut off. */
    ENONET(64, "Machine is not on the network"),
    /** The peer answered something that is not the protocol. */
    EPROTO(71, "Protocol error"),
    /** The host says that it does not know the protocol. */
    ENOPROTOOPT(92, "Protocol not available"),
    /** A router says that the route that was asked for failed. */
    EOPNOTSUPP(95, "Operation not supported"),
    /** This machine does not do IPv6, say. */
    EAFNOSUPPORT(97, "Address family not supported by protocol"),
    /** The address is in use. */
    EADDRINUSE(98, "Address already in use"),
    /** The address is not one of this machine's, or no local port is left. */
    EADDRNOTAVAIL(99, "Cannot assign requested address"),
    /** The interface is down. */
    ENETDOWN(100, "Network is down"),
    /** There is no route to the network. */
    ENETUNREACH(101, "Network is unreachable"),
    /** The connection was given up before it stood. */
    ECONNABORTED(103, "Software caused connection abort"),
    /** The peer reset the connection. */
    ECONNRESET(104, "Connection reset"),
    /** The kernel has no room left for it. */
    ENOBUFS(105, "No buffer space available"),
    /** The peer never answered. */
    ETIMEDOUT(110, "Connection timed out"),
    /** The peer answered with a reset. */
    ECONNREFUSED(111, "Connection refused"),
    /** A router says that it does not know the host. */
    EHOSTDOWN(112, "Host is down"),
    /** A router, or our own neighbour table, says that the host cannot be reached. */
    EHOSTUNREACH(113, "No route to host");

    private final int number;
    private final String inMessage;
    private final String words;

    Errno(int number, String words) {
        this.number = number;
        this.inMessage = "error(-" + number + ")";
        this.words = words;
    }

    /** The error with this number. */
    static Optional<Errno> of(int number) {
        for (Errno errno : values()) {
            if (errno.number == number) {
                return Optional.of(errno);
            }
        }
        return Optional.empty();
    }

    /** The first of these errors that the failure or one of its causes tells of. */
    public static Optional<Errno> of(@Nullable Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage());
            for (Errno errno : values()) {
                if (message.contains(errno.inMessage) || message.contains(errno.words)) {
                    return Optional.of(errno);
                }
            }
        }
        return Optional.empty();
    }
}
