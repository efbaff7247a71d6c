package conduit.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Some of the rules, and which of them is the first that matches in every respect but its
 * destinations. Where they are many, those about a few clients or users are found by these.
 * Immutable.
 */
final class Shortlist {

    /** No rule: more than any ordinal. */
    static final int NO_RULE = Integer.MAX_VALUE;

    private final Terms[] terms;
    private final int[] inTurn;
    private final Map<String, int[]> byUser;
    private final NetworkIndex byClient;

    private Shortlist(
            Terms[] terms, int[] inTurn, Map<String, int[]> byUser, NetworkIndex byClient) {
        this.terms = terms;
        this.inTurn = inTurn;
        this.byUser = byUser;
        this.byClient = byClient;
    }

    /**
     * The ordinal of the first rule that matches, if it is less than {@code before}; otherwise
     * {@code before}.
     *
     * @param high of the client's address
     * @param low of the client's address
     */
    int first(Access access, long high, long low, int before) {
        int first = firstOf(inTurn, access, high, low, before);
        if (!byUser.isEmpty() && access.user().isPresent()) {
            int[] own = byUser.get(access.user().get());
            first = own == null ? first : firstOf(own, access, high, low, first);
        }
        return byClient.first(high, low, access, high, low, first);
    }

    private int firstOf(int[] ordinals, Access access, long high, long low, int before) {
        for (int ordinal : ordinals) {
            if (ordinal >= before) {
                return before;
            }
            if (terms[ordinal].fit(access, high, low)) {
                return ordinal;
            }
        }
        return before;
    }

    /** Makes them, each but once, for rules whose terms are these. Not for several threads. */
    static final class Maker {

        /** So few are tried one after the other faster than they are looked up. */
        private static final int FEW = 8;

        /**
         * Rules with many clients each at many destinations of their own would be copied as often
         * as both multiplied; behind so many entries, some 100 MB, they are tried in turn.
         */
        private static final int MOST_ENTRIES = 1_000_000;

        private final Terms[] terms;
        private final Map<List<Integer>, Shortlist> made = new HashMap<>();
        private int entries;

        Maker(Terms[] terms) {
            this.terms = terms;
        }

        /** Of these rules, in ascending order. */
        Shortlist of(List<Integer> ordinals) {
            Shortlist known = made.get(ordinals);
            if (known == null) {
                known = make(ordinals);
                made.put(List.copyOf(ordinals), known);
            }
            return known;
        }

        private Shortlist make(List<Integer> ordinals) {
            List<Integer> inTurn = new ArrayList<>();
            Map<String, List<Integer>> byUser = new HashMap<>();
            NetworkIndex.Maker byClient = new NetworkIndex.Maker();
            for (int ordinal : ordinals) {
                Terms of = terms[ordinal];
                int clients = of.from().networks().size();
                int users = of.rule().users().size();
                int copies = clients > 0 ? clients : users;
                if (ordinals.size() <= FEW || copies == 0 || entries + copies > MOST_ENTRIES) {
                    inTurn.add(ordinal);
                    continue;
                }
                entries += copies;
                if (clients > 0) {
                    of.from().networks().forEach(network -> byClient.add(network, ordinal));
                } else {
                    of.rule()
                            .users()
                            .forEach(user ->
                                    byUser.computeIfAbsent(user, _ -> new ArrayList<>())
                                            .add(ordinal));
                }
            }
            Map<String, int[]> users = new HashMap<>();
            byUser.forEach((user, some) -> users.put(user, array(some)));
            return new Shortlist(
                    terms,
                    array(inTurn),
                    users,
                    byClient.make(some ->
                            new Shortlist(terms, array(some), Map.of(), NetworkIndex.EMPTY)));
        }

        private static int[] array(List<Integer> ordinals) {
            return ordinals.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
