package conduit.address;

/** The ports from the first to the last, 1 to 65535; one port when they are the same. */
public record PortRange(int first, int last) {

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException when it is empty or reaches beyond the ports there are
     */
    public PortRange {
        if (first < 1 || last > 0xffff || first > last) {
            throw new IllegalArgumentException("no ports: " + first + "-" + last);
        }
    }

    /** Whether it is one port. */
    public boolean isSingle() {
        return first == last;
    }

    /** Whether this port is one of them. */
    public boolean contains(int port) {
        return first <= port && port <= last;
    }
}
