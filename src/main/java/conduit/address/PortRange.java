package conduit.address;

import java.util.regex.Pattern;

/** The ports from the first to the last, 1 to 65535; one port when they are the same. */
public record PortRange(int first, int last) {

    private static final int HIGHEST = 65_535;
    private static final Pattern FORM = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException when it is empty or reaches beyond the ports there are
     */
    public PortRange {
        if (first < 1 || last > HIGHEST || first > last) {
            throw new IllegalArgumentException("no ports: " + first + "-" + last);
        }
    }

    /** Reads {@code 443} or {@code 8000-8999}. */
    public static Parsed<PortRange> parse(String text) {
        var range = FORM.matcher(text);
        if (!range.matches()) {
            return Parsed.invalid("the port is neither a number nor a range");
        }
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        return first < 1 || last > HIGHEST || first > last
                ? Parsed.invalid("the range of ports is empty or not within 1 to " + HIGHEST)
                : Parsed.valid(new PortRange(first, last));
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
