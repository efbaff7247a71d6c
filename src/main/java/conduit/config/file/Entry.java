package conduit.config.file;

import java.util.List;

/** A key and what stands behind it: one value, or a list of any length. */
public sealed interface Entry {

    /** Its name. */
    String key();

    /** Where the name stands. */
    Place place();

    /** The value, or all values of the list; none of them is a list unless lists are nested. */
    List<Value> values();

    /** {@code key = value}. */
    record Single(String key, Value value) implements Entry {
        @Override
        public Place place() {
            return value.place();
        }

        @Override
        public List<Value> values() {
            return List.of(value);
        }
    }

    /** {@code key = [value, value]}. */
    record Listed(String key, Place place, List<Value> values) implements Entry {
        /** Copies the list. */
        public Listed {
            values = List.copyOf(values);
        }
    }
}
