package conduit.config;

import java.util.Locale;

/** What a client spoke, as the log and later the policy name it. */
public enum Inbound {
    /** The HTTP listener, before a request could be understood. */
    HTTP,
    /** A tunnel asked for with HTTP CONNECT. */
    CONNECT,
    /** A forwarded plain HTTP request. */
    FORWARD,
    /** A SOCKS5 connection. */
    SOCKS5,
    /** A connection that a firewall rule brought here. */
    TRANSPARENT;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The word for logs, metrics and docs: {@code socks5}. */
    public String label() {
        return label;
    }
}
