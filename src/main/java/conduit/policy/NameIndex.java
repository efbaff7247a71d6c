package conduit.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rules by the names they name, and by those that others are below. An open hash table whose hash
 * runs from the end of a name to its beginning, so that one pass over a name gives the hashes of
 * all names it is below, and no part of it is copied. Immutable.
 */
final class NameIndex {

    /** Half of the slots are free at least. */
    private static final int SLOTS_PER_NAME = 2;

    private static final int FACTOR = 31;

    private final @Nullable Entry[] slots;

    private record Entry(String name, Shortlist exact, Shortlist below) {}

    private NameIndex(List<Entry> entries) {
        slots = new @Nullable Entry[Integer.highestOneBit(entries.size() * SLOTS_PER_NAME + 1) * 2];
        for (Entry entry : entries) {
            int hash = 0;
            for (int i = entry.name.length() - 1; i >= 0; i--) {
                hash = hash * FACTOR + entry.name.charAt(i);
            }
            int slot = slot(hash);
            while (slots[slot] != null) {
                slot = next(slot);
            }
            slots[slot] = entry;
        }
    }

    /**
     * The ordinal of the first rule that names the name and matches, if it is less than {@code
     * before}; otherwise {@code before}.
     *
     * @param name in lower case; a dot at its end counts for nothing
     * @param high of the client's address
     * @param low of the client's address
     */
    int first(String name, Access access, long high, long low, int before) {
        int end = name.endsWith(".") ? name.length() - 1 : name.length();
        int first = before;
        int hash = 0;
        for (int i = end - 1; i >= 0; i--) {
            hash = hash * FACTOR + name.charAt(i);
            if (i > 0 && name.charAt(i - 1) != '.') {
                continue;
            }
            Entry entry = find(name, i, end, hash);
            if (entry != null) {
                first = entry.below.first(access, high, low, first);
                first = i == 0 ? entry.exact.first(access, high, low, first) : first;
            }
        }
        return first;
    }

    private @Nullable Entry find(String name, int begin, int end, int hash) {
        int slot = slot(hash);
        while (true) {
            Entry entry = slots[slot];
            if (entry == null
                    || (entry.name.length() == end - begin && name.startsWith(entry.name, begin))) {
                return entry;
            }
            slot = next(slot);
        }
    }

    /** The multiplier, 2^32 divided by the golden ratio, spreads similar hashes. */
    private int slot(int hash) {
        return (hash * 0x9e37_79b9) >>> Integer.numberOfLeadingZeros(slots.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length - 1);
    }

    /** Makes one. */
    static final class Maker {

        private final Map<String, List<Integer>> exact = new HashMap<>();
        private final Map<String, List<Integer>> below = new HashMap<>();

        /** A rule's ordinal must not be less than those added before. */
        void addName(String name, int ordinal) {
            add(exact, name, ordinal);
        }

        /** The same for a name and those below it. */
        void addApex(String apex, int ordinal) {
            add(below, apex, ordinal);
        }

        private static void add(Map<String, List<Integer>> to, String name, int ordinal) {
            List<Integer> some = to.computeIfAbsent(name, _ -> new ArrayList<>());
            if (some.isEmpty() || some.getLast() != ordinal) {
                some.add(ordinal);
            }
        }

        NameIndex make(Function<List<Integer>, Shortlist> shortlists) {
            Map<String, Entry> entries = new HashMap<>();
            Shortlist none = shortlists.apply(List.of());
            exact.forEach((name, some) ->
                    entries.put(name, new Entry(name, shortlists.apply(some), none)));
            below.forEach((name, some) -> {
                Shortlist list = shortlists.apply(some);
                entries.merge(
                        name,
                        new Entry(name, none, list),
                        (before, _) -> new Entry(name, before.exact, list));
            });
            return new NameIndex(List.copyOf(entries.values()));
        }
    }
}
