package conduit.outbound;

import conduit.transport.Errno;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.channel.ConnectTimeoutException;
import java.net.NoRouteToHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the exception of a failed dial into a refusal. */
final class DialFailure {

    private DialFailure() {}

    /** What a failed connection to {@code address} means. */
    static Refused of(String address, @Nullable Throwable failure) {
        Refusal refusal = refusal(failure);
        String reason =
                switch (refusal) {
                    case CONNECTION_REFUSED -> "connection refused";
                    case NETWORK_UNREACHABLE -> "no route to its network";
                    case HOST_UNREACHABLE -> "no route to it";
                    case CONNECT_TIMED_OUT -> "no answer in time";
                    case OUT_OF_DESCRIPTORS -> "no file descriptor left";
                    default -> failure == null ? "failed" : String.valueOf(failure.getMessage());
                };
        return Refused.of(refusal, "connect to " + address + ": " + reason);
    }

    private static Refusal refusal(@Nullable Throwable failure) {
        if (failure instanceof ConnectTimeoutException) {
            return Refusal.CONNECT_TIMED_OUT;
        }
        // The epoll transport throws this for ENETUNREACH and EHOSTUNREACH, without a message.
        if (failure instanceof NoRouteToHostException) {
            return Refusal.NETWORK_UNREACHABLE;
        }
        Optional<Errno> errno = Errno.of(failure);
        return errno.isEmpty()
                ? Refusal.CONNECT_FAILED
                : switch (errno.get()) {
                    // A reset in the middle of connecting is a refusal that came late.
                    case ECONNREFUSED, ECONNRESET, EPIPE -> Refusal.CONNECTION_REFUSED;
                    case ENETUNREACH -> Refusal.NETWORK_UNREACHABLE;
                    case EHOSTUNREACH -> Refusal.HOST_UNREACHABLE;
                    case ETIMEDOUT -> Refusal.CONNECT_TIMED_OUT;
                    case EMFILE, ENFILE -> Refusal.OUT_OF_DESCRIPTORS;
                    case EACCES, EADDRINUSE, EADDRNOTAVAIL -> Refusal.CONNECT_FAILED;
                };
    }
}
