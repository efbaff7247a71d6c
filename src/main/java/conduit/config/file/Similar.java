package conduit.config.file;

import java.util.Optional;

/** Finds the word that somebody who mistyped probably meant. */
final class Similar {

    private Similar() {}

    /**
     * The one of the known words that is fewest steps away (a letter more, less or other), if these
     * are few: a third of its letters, two where it has more than four, and one in any case.
     */
    static Optional<String> to(String typed, Iterable<String> known) {
        Optional<String> nearest = Optional.empty();
        int fewest = Integer.MAX_VALUE;
        for (String word : known) {
            int steps = steps(typed, word);
            if (steps < fewest && steps <= most(word)) {
                nearest = Optional.of(word);
                fewest = steps;
            }
        }
        return nearest;
    }

    private static int most(String word) {
        return word.length() > 4 ? Math.max(2, word.length() / 3) : 1;
    }

    /** Levenshtein's distance, a row at a time. */
    private static int steps(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
