package conduit.doctor.rules;

import java.util.List;
import java.util.Set;

/** What a line of a chain wants of a packet, as far as it concerns us. */
sealed interface Match {

    /** The interface it arrived at. */
    record In(Set<String> names, Sense sense) implements Match {}

    /** Its mark: one of these. */
    record Marked(Set<Mark> marks, Sense sense) implements Match {}

    /** The user whose program sent it. */
    record User(Set<String> users, Sense sense) implements Match {}

    /** The group whose program sent it. */
    record Group(Set<String> groups, Sense sense) implements Match {}

    /** Its version of IP. */
    record Version(Family family, Sense sense) implements Match {}

    /** Its destination port. */
    record To(List<Ports> ports, Sense sense) implements Match {}

    /** That it is TCP, which everything here is. */
    record Tcp() implements Match {}

    /** That it is something else. */
    record NotTcp() implements Match {}

    /** Something that leaves out packets in a way we do not look into. */
    record Other() implements Match {}

    /** Whether those that fit are meant, or all others. */
    enum Sense {
        IS,
        IS_NOT
    }
}
