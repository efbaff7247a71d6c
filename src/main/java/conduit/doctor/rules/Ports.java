package conduit.doctor.rules;

import java.util.List;
import java.util.stream.Stream;

/** Destination ports from the first to the last. */
public record Ports(int first, int last) {

    /** Those of a rule that names none. */
    public static final Ports ALL = new Ports(1, 65_535);

    /**
     * Checks the order.
     *
     * @throws IllegalArgumentException when it is not 0 to 65535, ascending
     */
    public Ports {
        if (first < 0 || first > last || last > 65_535) {
            throw new IllegalArgumentException(first + "-" + last);
        }
    }

    /** Whether this is one of them. */
    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    /** What is left of some ports without others. */
    static List<Ports> without(List<Ports> some, List<Ports> others) {
        List<Ports> left = some;
        for (Ports other : others) {
            left = left.stream().flatMap(ports -> ports.without(other)).toList();
        }
        return left;
    }

    private Stream<Ports> without(Ports other) {
        if (other.last < first || other.first > last) {
            return Stream.of(this);
        }
        Stream<Ports> below =
                other.first > first ? Stream.of(new Ports(first, other.first - 1)) : Stream.empty();
        Stream<Ports> above =
                other.last < last ? Stream.of(new Ports(other.last + 1, last)) : Stream.empty();
        return Stream.concat(below, above);
    }

    /** {@code 443} or {@code 8000-8999}. */
    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
