package conduit.doctor.rules;

import java.util.HashSet;
import java.util.Set;

/**
 * Whose connections a rule leaves alone.
 *
 * @param users numbers, or names where the rule has names
 * @param groups the same
 * @param takenUsers where there are any, all other users are left alone, too
 * @param takenGroups the same
 */
public record Exemptions(
        Set<Mark> marks,
        Set<String> users,
        Set<String> groups,
        Set<String> takenUsers,
        Set<String> takenGroups) {

    /** Nobody's. */
    public static final Exemptions NONE =
            new Exemptions(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    /** Copies the sets. */
    public Exemptions {
        marks = Set.copyOf(marks);
        users = Set.copyOf(users);
        groups = Set.copyOf(groups);
        takenUsers = Set.copyOf(takenUsers);
        takenGroups = Set.copyOf(takenGroups);
    }

    /** Packets with one of these marks. */
    static Exemptions ofMarks(Set<Mark> marks) {
        return new Exemptions(marks, Set.of(), Set.of(), Set.of(), Set.of());
    }

    /** What these users send, or what all others do. */
    static Exemptions ofUsers(Set<String> users, Match.Sense sense) {
        return switch (sense) {
            case IS -> new Exemptions(Set.of(), users, Set.of(), Set.of(), Set.of());
            case IS_NOT -> new Exemptions(Set.of(), Set.of(), Set.of(), users, Set.of());
        };
    }

    /** What these groups send, or what all others do. */
    static Exemptions ofGroups(Set<String> groups, Match.Sense sense) {
        return switch (sense) {
            case IS -> new Exemptions(Set.of(), Set.of(), groups, Set.of(), Set.of());
            case IS_NOT -> new Exemptions(Set.of(), Set.of(), Set.of(), Set.of(), groups);
        };
    }

    /** Whether what this user sends is left alone. */
    public boolean coverUser(String user) {
        return cover(user, users, takenUsers);
    }

    /** Whether what this group sends is left alone. */
    public boolean coverGroup(String group) {
        return cover(group, groups, takenGroups);
    }

    private static boolean cover(String sender, Set<String> exempt, Set<String> taken) {
        return exempt.contains(sender) || (!taken.isEmpty() && !taken.contains(sender));
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
                union(takenUsers, others.takenUsers),
                union(takenGroups, others.takenGroups));
    }

    private static <T> Set<T> union(Set<T> some, Set<T> others) {
        Set<T> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }
}
