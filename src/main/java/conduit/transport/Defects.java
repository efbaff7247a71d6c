package conduit.transport;

import org.slf4j.Logger;

/** Exceptions that no peer should be able to cause. */
public final class Defects {

    private Defects() {}

    /** Logs one with its stack, unless it is a socket that epoll has refused. */
    public static void log(Logger log, String what, Throwable cause) {
        if (!(cause instanceof EpollRefusedException)) {
            log.error(what, cause);
        }
    }
}
