package conduit.config.rules;

/** Which special-purpose addresses are never dialled, unless a rule makes an exception. */
public enum Guarding {
    /** None. */
    OFF,
    /**
     * For clients that are not on this machine: loopback, link-local, unspecified, multicast and
     * broadcast addresses, which mean something else here than where the client is.
     */
    LOCAL,
    /**
     * For all clients: whatever the IANA special-purpose address registries do not call globally
     * reachable.
     */
    STRICT
}
