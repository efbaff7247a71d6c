package conduit.tunnel;

import conduit.relay.Side;
import conduit.relay.SocketState;
import java.util.Optional;

/**
 * Who carries out what an open account is about at the moment. Asked on the event loop of the
 * account.
 */
public interface Progress {

    /** How far it has come. */
    Phase phase();

    /** Bytes of payload delivered to the remote so far; not before there is a tunnel or body. */
    default long bytesUp() {
        return 0;
    }

    /** The same to the client. */
    default long bytesDown() {
        return 0;
    }

    /** What the kernel knows of the connection on a side, where there is one and it tells. */
    default Optional<SocketState> socket(Side side) {
        return Optional.empty();
    }

    /** What is still to be dialled for it is judged by these from here on. */
    default void judgedBy(Admissions next) {}

    /** Ends it, as our doing; nothing happens when it has ended. */
    void end(Outcome outcome);
}
