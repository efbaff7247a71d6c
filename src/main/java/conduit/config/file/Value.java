package conduit.config.file;

/**
 * One value of a file, which is no list.
 *
 * @param text the string itself, or the number in decimal; of a table nothing
 */
public record Value(Place place, Type type, String text) {

    /** The types that values of TOML have. */
    public enum Type {
        STRING("a string"),
        INTEGER("an integer"),
        BOOLEAN("true or false"),
        FLOAT("a floating-point number"),
        TIME("a date or time"),
        LIST("a list"),
        TABLE("a table");

        private final String noun;

        Type(String noun) {
            this.noun = noun;
        }

        /** The type with its article, for a sentence. */
        public String noun() {
            return noun;
        }
    }
}
