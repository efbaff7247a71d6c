package conduit.observe;

import java.io.Serial;

/** The access log cannot be written where it was wanted; the message says where and why. */
public final class CannotLogException extends Exception {

    @Serial private static final long serialVersionUID = 1;

    CannotLogException(String message) {
        super(message);
    }
}
