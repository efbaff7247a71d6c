package conduit.outbound.dns;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Whom one lookup asks, and in which order: at first as they are listed, and once one has answered,
 * beginning with that one. Where the first is silent, each further name of a search would wait for
 * it again. Lives on its event loop.
 */
final class Servers {

    private final List<InetSocketAddress> inOrder;
    private int first;

    /** At least one. */
    Servers(List<InetSocketAddress> inOrder) {
        this.inOrder = List.copyOf(inOrder);
    }

    /** Whom to ask first, as {@link #at} counts. */
    int first() {
        return first;
    }

    /** The server in this place; behind the last stands the first. */
    InetSocketAddress at(int place) {
        return inOrder.get(place % inOrder.size());
    }

    /** The server in this place has answered. */
    void answered(int place) {
        first = place % inOrder.size();
    }

    int size() {
        return inOrder.size();
    }
}
