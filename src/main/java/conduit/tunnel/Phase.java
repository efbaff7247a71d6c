package conduit.tunnel;

import java.util.Locale;

/** How far a connection had come: the closed list, in the order of its life. */
public enum Phase {
    /** The client's request was awaited or read. */
    NEGOTIATION,
    /** A name was looked up: the destination's, or a parent's. */
    LOOKUP,
    /** A TCP connection to the destination or a parent was being made. */
    CONNECT,
    /** A parent proxy was asked for the destination, or TLS was negotiated with an origin. */
    HANDSHAKE,
    /** A forwarded request had a connection, and its response was awaited or under way. */
    RESPONSE,
    /** The tunnel stood: the client was being told, or bytes were moved. */
    RELAY;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The word for logs, metrics and docs: {@code handshake}. */
    public String label() {
        return label;
    }
}
