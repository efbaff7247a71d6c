package conduit.config.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Gathers what is wrong while a file is read, so that the first flaw in the order of the file is
 * told, in whatever order things are read. For one thread.
 */
public final class Flaws {

    private final List<Flaw> flaws = new ArrayList<>();

    /**
     * Something is wrong with a value; {@code problem} continues a sentence that begins with it.
     */
    public void value(Value value, String key, String problem, String expected) {
        flaws.add(
                new Flaw.Untaken(value.place(), key, Optional.of(value.text()), problem, expected));
    }

    /** Something is wrong with a key, or with what is missing there. */
    public void key(Place place, String key, String problem, String expected) {
        flaws.add(new Flaw.Untaken(place, key, Optional.empty(), problem, expected));
    }

    /** A value is not of the type that belongs there. */
    public void type(Value value, String key, Value.Type wanted) {
        key(value.place(), key, "it is " + value.type().noun(), wanted.noun());
    }

    /** There is no such key; the most similar one is named, or else what is possible. */
    public void unknown(Place place, String key, Iterable<String> known, String otherwise) {
        key(place, key, "there is no such key", Similar.to(key, known).orElse(otherwise));
    }

    /** The one that stands first in the file. */
    public Optional<Flaw> first() {
        return flaws.stream().min(Comparator.comparing(Flaw::place));
    }
}
