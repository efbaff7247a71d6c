package conduit.config.flags;

import conduit.address.Parsed;

/** Reads whole numbers within bounds. */
final class NumberText {

    /** So many digits fit into an int, whatever they are. */
    private static final int MOST_DIGITS = 9;

    private NumberText() {}

    /**
     * The number that the text is, from {@code lowest}, which is not negative, to {@code highest}.
     */
    static Parsed<Integer> parse(String text, int lowest, int highest) {
        if (!text.matches("[0-9]+")) {
            return Parsed.invalid("it is not a whole number");
        }
        if (text.length() > MOST_DIGITS) {
            return Parsed.invalid("it is out of range");
        }
        int number = Integer.parseInt(text);
        return number >= lowest && number <= highest
                ? Parsed.valid(number)
                : Parsed.invalid("it is out of range");
    }
}
