package conduit.doctor.rules;

import java.util.HashSet;
import java.util.Set;

/**
 * Whose connections a rule leaves alone.
 *
 * @param users numbers, or names where the rule has names
 * @param groups the same
 * @param takenUsers where there are any, all other users are left alone, too
 */
public record Exemptions(
        Set<Mark> marks, Set<String> users, Set<String> groups, Set<String> takenUsers) {

    /** Nobody's. */
    public static final Exemptions NONE = new Exemptions(Set.of(), Set.of(), Set.of(), Set.of());

    /** Copies the sets. */
    public Exemptions {
        marks = Set.copyOf(marks);
        users = Set.copyOf(users);
        groups = Set.copyOf(groups);
        takenUsers = Set.copyOf(takenUsers);
    }

    /** Whether what this user sends is left alone. */
    public boolean coverUser(String user) {
        return users.contains(user) || (!takenUsers.isEmpty() && !takenUsers.contains(user));
    }

    /** Whether a packet with this mark is left alone. */
    public boolean coverMark(int mark) {
        return marks.stream().anyMatch(exempt -> exempt.fits(mark));
    }

    /** Both together. */
    Exemptions and(Exemptions others) {
        return new Exemptions(
                union(marks, others.marks),
                union(users, others.users),
                union(groups, others.groups),
                union(takenUsers, others.takenUsers));
    }

    private static <T> Set<T> union(Set<T> some, Set<T> others) {
        Set<T> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }
}
