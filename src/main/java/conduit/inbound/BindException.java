package conduit.inbound;

import conduit.config.Listener;
import conduit.transport.Errno;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A listener that could not be bound; the message is one line that names it and the reason. */
public final class BindException extends Exception {

    @Serial private static final long serialVersionUID = 1;

    BindException(Listener listener, @Nullable Throwable cause) {
        super("cannot listen on " + listener + ": " + reason(cause), cause);
    }

    BindException(Listener listener, String reason) {
        super("cannot listen on " + listener + ": " + reason);
    }

    private static String reason(@Nullable Throwable cause) {
        return switch (Errno.of(cause).orElse(null)) {
            case EADDRINUSE -> "the address is already in use";
            case EACCES -> "permission denied (ports below 1024 need CAP_NET_BIND_SERVICE)";
            case EADDRNOTAVAIL -> "no interface of this machine has that address";
            case null, default -> cause == null ? "it failed" : String.valueOf(cause.getMessage());
        };
    }
}
