package conduit.inbound.transparent;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * How a connection came to a transparent listener, which tells where its client wanted to go. Pure.
 */
sealed interface Arrival {

    /** The kernel rewrote its destination (REDIRECT or DNAT), and remembers it. */
    record Redirected(InetSocketAddress destination) implements Arrival {}

    /** TPROXY: the kernel left its destination as it was. */
    record Intercepted(InetSocketAddress destination) implements Arrival {}

    /** Straight to the listener: no rule brought it here. */
    record Straight() implements Arrival {}

    /**
     * Tells them apart by the address at our end of the connection.
     *
     * @param toListener whether that is an address on which the listener accepts
     * @param original what conntrack says of a rewritten destination; under TPROXY it may know
     *     nothing or something wrong, so it is asked only when the connection is to the listener
     */
    static Arrival of(
            InetSocketAddress local, boolean toListener, Optional<InetSocketAddress> original) {
        if (!toListener) {
            return new Intercepted(local);
        }
        return original.filter(destination -> !destination.equals(local))
                .<Arrival>map(Redirected::new)
                .orElseGet(Straight::new);
    }
}
