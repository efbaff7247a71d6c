package conduit.policy;

import conduit.address.Network;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Networks by what they contain. Two networks are apart, or one is within the other, so they are
 * trees: the smallest network around an address is found by a binary search, and all others around
 * it are those above. A node is a number from 0 up. Immutable.
 */
final class NetworkTree {

    /** No node. */
    static final int NONE = -1;

    /** IPv6 before IPv4, by the first address, and the larger first where it is the same. */
    private static final Comparator<Network> ORDER =
            Comparator.comparing(Network::isIpv4)
                    .thenComparing(network -> Bits.of(network.first()), NetworkTree::compare)
                    .thenComparingInt(Network::prefix);

    /** No networks. */
    static final NetworkTree EMPTY = of(List.of());

    private final List<Network> networks;
    private final int firstIpv4;
    private final long[] high;
    private final long[] low;
    private final long[] maskHigh;
    private final long[] maskLow;
    private final int[] parent;

    private NetworkTree(List<Network> networks) {
        int size = networks.size();
        this.networks = networks;
        firstIpv4 = (int) networks.stream().filter(network -> !network.isIpv4()).count();
        high = new long[size];
        low = new long[size];
        maskHigh = new long[size];
        maskLow = new long[size];
        parent = new int[size];
        for (int node = 0; node < size; node++) {
            Network network = networks.get(node);
            Bits first = Bits.of(network.first());
            int bits = network.prefix() + (network.isIpv4() ? Bits.BEFORE_IPV4 : 0);
            high[node] = first.high();
            low[node] = first.low();
            maskHigh[node] = mask(Math.min(bits, Long.SIZE));
            maskLow[node] = mask(Math.max(bits - Long.SIZE, 0));
            parent[node] = smallest(first.high(), first.low(), node);
        }
    }

    static NetworkTree of(Collection<Network> networks) {
        return new NetworkTree(networks.stream().distinct().sorted(ORDER).toList());
    }

    private static int compare(Bits one, Bits other) {
        int byHigh = Long.compareUnsigned(one.high(), other.high());
        return byHigh == 0 ? Long.compareUnsigned(one.low(), other.low()) : byHigh;
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << (Long.SIZE - bits);
    }

    /** Node by node. */
    List<Network> networks() {
        return networks;
    }

    boolean isEmpty() {
        return networks.isEmpty();
    }

    boolean holds(long addressHigh, long addressLow) {
        return smallest(addressHigh, addressLow) != NONE;
    }

    /** The smallest network around an address, or {@link #NONE}. */
    int smallest(long addressHigh, long addressLow) {
        return smallest(addressHigh, addressLow, networks.size());
    }

    /** The smallest network around all of another one, itself included, or {@link #NONE}. */
    int around(Network network) {
        Bits first = Bits.of(network.first());
        int node = smallest(first.high(), first.low());
        while (node != NONE && networks.get(node).prefix() > network.prefix()) {
            node = parent[node];
        }
        return node;
    }

    /** The next larger network around this one, or {@link #NONE}. */
    int parent(int node) {
        return parent[node];
    }

    /**
     * Of the nodes before {@code end}. The last that begins at or before the address is around it,
     * or is within whatever is: nothing else can begin between the two.
     */
    private int smallest(long addressHigh, long addressLow, int end) {
        boolean ipv4 = Bits.areIpv4(addressHigh, addressLow);
        int from = ipv4 ? firstIpv4 : 0;
        int to = ipv4 ? end : Math.min(firstIpv4, end);
        int node = lastUpTo(addressHigh, addressLow, from, to);
        while (node != NONE
                && (((addressHigh ^ high[node]) & maskHigh[node])
                                | ((addressLow ^ low[node]) & maskLow[node]))
                        != 0) {
            node = parent[node];
        }
        return node;
    }

    private int lastUpTo(long addressHigh, long addressLow, int from, int to) {
        int below = from;
        int above = to;
        while (below < above) {
            int middle = (below + above) >>> 1;
            int byHigh = Long.compareUnsigned(high[middle], addressHigh);
            if (byHigh < 0 || (byHigh == 0 && Long.compareUnsigned(low[middle], addressLow) <= 0)) {
                below = middle + 1;
            } else {
                above = middle;
            }
        }
        return below == from ? NONE : below - 1;
    }
}
