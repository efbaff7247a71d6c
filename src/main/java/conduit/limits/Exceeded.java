package conduit.limits;

/**
 * A limit that a connection would have exceeded.
 *
 * @param detail whose it is and how much, for people
 */
public record Exceeded(Limit limit, String detail) {

    /** What an operator can limit of a client or a user: the closed list. */
    public enum Limit {
        /** Connections of one client at a time. */
        CLIENT_CONNECTIONS,
        /** New connections of one client within a second. */
        CLIENT_RATE,
        /** Connections of one user at a time. */
        USER_CONNECTIONS
    }
}
