package conduit.doctor.rules;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/** What a line of a chain does with a packet, as far as it concerns us. */
sealed interface Action {

    /** Brings it to a listener, if it is of one of these families. */
    record Bring(Means means, Optional<InetAddress> address, int port, Set<Family> families)
            implements Action {}

    /** Marks it. */
    record SetMark(int mark) implements Action {}

    /** The chain is done with it. */
    record Stop() implements Action {}

    /** Another chain has a look at it. */
    record Jump(String chain) implements Action {}
}
