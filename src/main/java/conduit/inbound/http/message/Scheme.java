package conduit.inbound.http.message;

/** The schemes of targets that are forwarded (RFC 9110, section 4.2). */
public enum Scheme {
    HTTP(80),
    HTTPS(443);

    private final int defaultPort;

    Scheme(int defaultPort) {
        this.defaultPort = defaultPort;
    }

    /** The port of a target that names none. */
    int defaultPort() {
        return defaultPort;
    }

    /** The beginning of a target: {@code https://}. */
    String prefix() {
        return this == HTTPS ? "https://" : "http://";
    }
}
