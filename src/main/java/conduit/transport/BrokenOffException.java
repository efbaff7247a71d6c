package conduit.transport;

import java.io.IOException;

/**
 * A stream has broken off for a reason that is known, and that no system call told of. Goes through
 * a pipeline like the other failures of a connection; nobody looks at its stack.
 */
public final class BrokenOffException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String what;

    /** With what happened, as a fragment in printable ASCII that goes on after the peer's name. */
    public BrokenOffException(String what) {
        super(what);
        this.what = what;
    }

    /** What happened. */
    public String what() {
        return what;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
