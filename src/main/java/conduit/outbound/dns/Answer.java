package conduit.outbound.dns;

import conduit.tunnel.Refusal;
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
    record Failed(Refusal why) implements Answer {}
}
