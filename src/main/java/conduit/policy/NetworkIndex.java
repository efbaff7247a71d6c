package conduit.policy;

import conduit.address.Network;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Rules by the networks they name. Immutable. */
final class NetworkIndex {

    static final NetworkIndex EMPTY = new NetworkIndex(NetworkTree.EMPTY, new Shortlist[0]);

    private final NetworkTree networks;
    private final Shortlist[] rules;

    private NetworkIndex(NetworkTree networks, Shortlist[] rules) {
        this.networks = networks;
        this.rules = rules;
    }

    /**
     * The ordinal of the first rule that names a network around the key and matches, if it is less
     * than {@code before}; otherwise {@code before}.
     *
     * @param high of the client's address
     * @param low of the client's address
     */
    int first(long keyHigh, long keyLow, Access access, long high, long low, int before) {
        int first = before;
        int node = networks.smallest(keyHigh, keyLow);
        while (node != NetworkTree.NONE) {
            first = rules[node].first(access, high, low, first);
            node = networks.parent(node);
        }
        return first;
    }

    /** Makes one. */
    static final class Maker {

        private final Map<Network, List<Integer>> ordinals = new HashMap<>();

        /** A rule's ordinal must not be less than those added before. */
        void add(Network network, int ordinal) {
            List<Integer> some = ordinals.computeIfAbsent(network, _ -> new ArrayList<>());
            if (some.isEmpty() || some.getLast() != ordinal) {
                some.add(ordinal);
            }
        }

        NetworkIndex make(Function<List<Integer>, Shortlist> shortlists) {
            NetworkTree networks = NetworkTree.of(ordinals.keySet());
            return new NetworkIndex(
                    networks,
                    networks.networks().stream()
                            .map(network ->
                                    shortlists.apply(ordinals.getOrDefault(network, List.of())))
                            .toArray(Shortlist[]::new));
        }
    }
}
