package conduit.doctor.rules;

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

    /** {@code 443} or {@code 8000-8999}. */
    @Override
    public String toString() {
        return first == last ? Integer.toString(first) : first + "-" + last;
    }
}
