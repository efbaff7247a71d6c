package conduit.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys with the largest amounts, of however many keys, in bounded memory: the space-saving
 * algorithm (Metwally, Agrawal and El Abbadi, 2005) with weights. A key that is not among those
 * kept takes the place of the smallest and its amount, which is then its error. So an amount is
 * never too small, its error says by how much it may be too large, and a key with more than the sum
 * of all amounts divided by the number of places is certainly kept. For one thread.
 */
public final class SpaceSaving {

    /**
     * A key and its amount.
     *
     * @param error by how much the amount may be too large
     */
    public record Count(String key, long amount, long error) {}

    private static final class Place {
        private final String key;
        private long amount;
        private final long error;

        private Place(String key, long amount, long error) {
            this.key = key;
            this.amount = amount;
            this.error = error;
        }
    }

    private final int places;
    private final Map<String, Place> kept = new HashMap<>();

    /** With so many places, at least one. */
    SpaceSaving(int places) {
        this.places = places;
    }

    /** More for a key; nothing is remembered of a key that has nothing. */
    void add(String key, long amount) {
        if (amount <= 0) {
            return;
        }
        Place known = kept.get(key);
        if (known != null) {
            known.amount += amount;
        } else if (kept.size() < places) {
            kept.put(key, new Place(key, amount, 0));
        } else {
            Place smallest = smallest();
            kept.remove(smallest.key);
            kept.put(key, new Place(key, smallest.amount + amount, smallest.amount));
        }
    }

    private Place smallest() {
        return kept.values().stream()
                .min(Comparator.comparingLong(place -> place.amount))
                .orElseThrow();
    }

    /** All that are kept, in no order. */
    List<Count> counts() {
        List<Count> counts = new ArrayList<>(kept.size());
        kept.values().forEach(one -> counts.add(new Count(one.key, one.amount, one.error)));
        return counts;
    }
}
