package conduit.transport;

import conduit.config.Fwmark;
import io.netty.util.NetUtil;
import java.io.Serial;
import java.net.InetAddress;

/** What is dialled could not have the address or the mark that it is to have; one line says why. */
public final class CannotDialException extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private CannotDialException(String message) {
        super(message);
    }

    static CannotDialException with(Fwmark mark, Throwable cause) {
        return with(mark, notAllowed(cause));
    }

    static CannotDialException with(Fwmark mark, String reason) {
        return new CannotDialException("cannot dial with the mark " + mark + ": " + reason);
    }

    static CannotDialException fromClients(Throwable cause) {
        return fromClients(notAllowed(cause));
    }

    static CannotDialException fromClients(String reason) {
        return new CannotDialException("cannot dial from the addresses of clients: " + reason);
    }

    private static String notAllowed(Throwable cause) {
        return switch (Errno.of(cause).orElse(null)) {
            case EPERM -> "permission denied (it needs CAP_NET_RAW or CAP_NET_ADMIN)";
            case null, default -> String.valueOf(cause.getMessage());
        };
    }

    static CannotDialException from(InetAddress source, Throwable cause) {
        String reason =
                switch (Errno.of(cause).orElse(null)) {
                    case EADDRNOTAVAIL -> "no interface of this machine has that address";
                    case null, default -> String.valueOf(cause.getMessage());
                };
        return new CannotDialException(
                "cannot dial from " + NetUtil.toAddressString(source) + ": " + reason);
    }
}
