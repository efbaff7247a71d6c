package conduit.config.file;

import java.nio.file.Path;
import java.util.Comparator;

/** A place in a configuration file; lines and columns are counted from 1. */
public record Place(Path file, int line, int column) implements Comparable<Place> {

    private static final Comparator<Place> DOWNWARD =
            Comparator.comparingInt(Place::line).thenComparingInt(Place::column);

    /** {@code conduit.toml:12}, as rules name where they are written. */
    public String lineOnly() {
        return file + ":" + line;
    }

    /** As they follow each other in one file. */
    @Override
    public int compareTo(Place other) {
        return DOWNWARD.compare(this, other);
    }

    /** {@code conduit.toml:12:7}. */
    @Override
    public String toString() {
        return lineOnly() + ":" + column;
    }
}
