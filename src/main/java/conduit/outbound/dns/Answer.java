package conduit.outbound.dns;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** What became of a lookup. */
public sealed interface Answer {

    /**
     * The name has these addresses, IPv4 first, each family in its server's order.
     *
     * @param lasts for how long the servers say so
     */
    record Found(List<InetAddress> addresses, Duration lasts) implements Answer {
        /** Copies the list. */
        public Found {
            addresses = List.copyOf(addresses);
        }
    }

    /** The servers say that there is no such name, or that it has no address. */
    record NotFound() implements Answer {}

    /** Nobody could say. */
    record Failed(Why why) implements Answer {}

    /** Why nobody could say: the closed list. */
    enum Why {
        /** The servers failed, or answered nonsense. */
        SERVERS_FAILED,
        /** They kept silent. */
        SERVERS_SILENT,
        /** No descriptor was left to ask with. */
        OUT_OF_DESCRIPTORS
    }
}
