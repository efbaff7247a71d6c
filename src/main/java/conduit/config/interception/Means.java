package conduit.config.interception;

import conduit.config.Fwmark;

/** By what the kernel brings a connection to the listener. */
public sealed interface Means {

    /** The destination is rewritten, and conntrack remembers it. */
    record Redirect() implements Means {}

    /**
     * The destination is left as it was, and a marked packet is delivered here by a route.
     *
     * @param mark set on packets that are for conduit
     * @param routeTable the routing table of marked packets
     */
    record Tproxy(Fwmark mark, int routeTable, WhenDown whenDown) implements Means {}
}
