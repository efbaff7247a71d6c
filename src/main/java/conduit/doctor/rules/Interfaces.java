package conduit.doctor.rules;

import java.util.Set;
import java.util.stream.Collectors;

/**
 * The interfaces that a rule names; without any it is about all of them. A name may end with an
 * asterisk.
 */
public record Interfaces(Set<String> names) {

    /** Of a rule that names none. */
    public static final Interfaces ALL = new Interfaces(Set.of());

    /** Copies the set. */
    public Interfaces {
        names = Set.copyOf(names);
    }

    /** Whether the rule names none. */
    public boolean all() {
        return names.isEmpty();
    }

    /** Whether the rule is about this one. */
    public boolean covers(String name) {
        return all() || names.stream().anyMatch(pattern -> fits(pattern, name));
    }

    /** Whether the rule is about the loopback device and no other. */
    public boolean loopbackOnly() {
        return names.equals(Set.of("lo"));
    }

    private static boolean fits(String pattern, String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }

    /** In alphabetical order, for a sentence. */
    @Override
    public String toString() {
        return names.stream().sorted().collect(Collectors.joining(", "));
    }
}
