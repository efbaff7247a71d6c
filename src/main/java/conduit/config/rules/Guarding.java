package conduit.config.rules;

import java.util.Locale;

/** Which special-purpose addresses are never dialled, unless a rule makes an exception. */
public enum Guarding {
    /** None. */
    OFF,
    /**
     * For clients that are not on this machine: loopback, link-local, unspecified, multicast and
     * broadcast addresses, which mean something else here than where the client is, and those where
     * clouds give credentials to their machines.
     */
    LOCAL,
    /**
     * For all clients: whatever the IANA special-purpose address registries do not call globally
     * reachable, and whatever IPv6 addresses are not given out.
     */
    STRICT;

    /** As flags and files write it: {@code local}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
