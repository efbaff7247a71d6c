package conduit.tunnel;

import java.util.Locale;

/**
 * Why a client was turned away: the closed list. Each protocol maps it to its own answer by a
 * switch without a default, so that a new refusal does not compile until every protocol knows it.
 */
public enum Refusal {
    /** The bytes are not a request of the protocol spoken on this listener. */
    MALFORMED_REQUEST,
    /** The request line is longer than we read. */
    REQUEST_LINE_TOO_LONG,
    /** The header block is longer than we read, or has more fields. */
    HEADER_TOO_LARGE,
    /** A protocol version other than those the listener speaks. */
    UNSUPPORTED_VERSION,
    /** A transfer coding other than chunked. */
    UNSUPPORTED_CODING,
    /** A forwarded request for a scheme other than http. */
    UNSUPPORTED_SCHEME,
    /** SOCKS BIND or UDP ASSOCIATE. */
    UNSUPPORTED_COMMAND,
    /** A SOCKS address that is neither IPv4, IPv6 nor a name. */
    UNSUPPORTED_ADDRESS_TYPE,
    /** The SOCKS client offers no authentication method that we accept. */
    NO_ACCEPTABLE_METHOD,
    /** The request did not arrive within the negotiation timeout. */
    NEGOTIATION_TIMED_OUT,
    /** The name servers say that the name has no address. */
    NAME_NOT_FOUND,
    /** The name servers failed or answered nonsense. */
    NAME_LOOKUP_FAILED,
    /** The name servers did not answer within the dial timeout. */
    NAME_LOOKUP_TIMED_OUT,
    /** The destination answered the connection attempt with a reset. */
    CONNECTION_REFUSED,
    /** There is no route to the destination, or a router on the way says so. */
    UNREACHABLE,
    /** No address of the destination answered within the dial timeout. */
    CONNECT_TIMED_OUT,
    /** The connection attempt failed for another reason, which the detail names. */
    CONNECT_FAILED,
    /** This process or machine has no descriptor left to dial with. */
    OUT_OF_DESCRIPTORS,
    /** The origin of a forwarded request closed, reset or broke HTTP before its answer began. */
    ORIGIN_FAILED;

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The word for logs, metrics and docs: {@code connection-refused}. */
    public String label() {
        return label;
    }
}
