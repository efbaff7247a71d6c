package conduit.doctor.rules;

import java.net.InetAddress;
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

    /** Its destination: one of these, of which there are some and all of one version of IP. */
    record Destination(List<Addresses> addresses, Sense sense) implements Match {
        /** Copies the list. */
        public Destination {
            addresses = List.copyOf(addresses);
        }

        /** Only packets of one version of IP have such a destination. */
        Family family() {
            return Family.of(addresses.getFirst().first());
        }

        /** Whether a packet to this address is meant, or is of the other version of IP. */
        boolean fits(InetAddress address) {
            boolean among = addresses.stream().anyMatch(some -> some.contains(address));
            return Family.of(address) != family() || among == (sense == Sense.IS);
        }
    }

    /** That it is TCP, which everything here is. */
    record Tcp() implements Match {}

    /** That it is something else. */
    record NotTcp() implements Match {}

    /** Something in which no two new connections through this machine differ. */
    record Alike() implements Match {}

    /**
     * Something that leaves out packets in a way we do not look into.
     *
     * @param what the words of nft(8) or iptables(8) for what it looks at
     */
    record Other(String what) implements Match {}

    /** Whether those that fit are meant, or all others. */
    enum Sense {
        IS,
        IS_NOT;

        /** The other one. */
        Sense turned() {
            return this == IS ? IS_NOT : IS;
        }
    }
}
