package conduit.transport;

import java.io.Serial;
import java.io.UncheckedIOException;

/**
 * Epoll does not take a socket, which is closed therefore (epoll_ctl(2): ENOMEM, ENOSPC). No defect
 * and nobody's leaving; it has been logged already, for all sockets together.
 */
public final class EpollRefusedException extends RuntimeException {

    @Serial private static final long serialVersionUID = 1;

    EpollRefusedException(UncheckedIOException cause) {
        super(cause);
    }
}
