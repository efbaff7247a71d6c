package conduit.config;

/** Whose address a destination sees when the connection of a transparent client is carried on. */
public enum SeenAs {
    /** One of this machine, as for every other client. */
    CONDUIT,
    /** The client's own; who asks for this routes what the destination answers back to conduit. */
    CLIENT
}
