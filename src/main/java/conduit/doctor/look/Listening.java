package conduit.doctor.look;

import conduit.doctor.rules.Family;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * A socket that listens.
 *
 * @param serves whose connections reach it; both for one on {@code [::]} that takes IPv4 too
 * @param owner the process that holds it, where we may see that
 */
public record Listening(
        InetAddress address,
        int port,
        Set<Family> serves,
        Transparency transparency,
        Optional<Owner> owner) {

    /** A process that we may not look at. */
    public static final String SOMEBODY = "a process of somebody else";

    /** Whether it takes connections to addresses that this machine does not have. */
    public enum Transparency {
        TRANSPARENT,
        NOT_TRANSPARENT,
        /** Only ss(8) can tell. */
        UNKNOWN
    }

    /** Copies the set. */
    public Listening {
        serves = Set.copyOf(serves);
    }

    /** Whether it is known to be held by a process that is not conduit. */
    public boolean isStrangers() {
        return owner.filter(holder -> !holder.isConduit()).isPresent();
    }

    /** Who holds it, for a sentence. */
    public String holder() {
        return owner.map(Owner::toString).orElse(SOMEBODY);
    }
}
