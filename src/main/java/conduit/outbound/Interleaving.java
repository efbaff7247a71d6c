package conduit.outbound;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;

/** The order in which the addresses of a name are dialled (RFC 8305, section 4). */
final class Interleaving {

    private Interleaving() {}

    /**
     * The two families in turn, each in the order of the answer, until one is used up.
     *
     * @param first the family that begins, if it is there
     * @param most where to stop
     */
    static List<InetSocketAddress> of(List<InetSocketAddress> answered, Family first, int most) {
        if (answered.size() < 2) {
            return answered;
        }
        Queue<InetSocketAddress> turn = new ArrayDeque<>();
        Queue<InetSocketAddress> next = new ArrayDeque<>();
        // An address that is answered twice is dialled once.
        for (InetSocketAddress address : new LinkedHashSet<>(answered)) {
            (Family.of(address) == first ? turn : next).add(address);
        }
        List<InetSocketAddress> ordered = new ArrayList<>();
        while (ordered.size() < most && !(turn.isEmpty() && next.isEmpty())) {
            if (!turn.isEmpty()) {
                ordered.add(turn.remove());
            }
            Queue<InetSocketAddress> had = turn;
            turn = next;
            next = had;
        }
        return ordered;
    }
}
