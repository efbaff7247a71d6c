package conduit.tunnel;

import java.util.Locale;

/**
 * Why a client was turned away: the closed list. Each protocol maps it to its own answer by a
 * switch without a default, so that a new refusal does not compile until every protocol knows it.
 */
public enum Refusal {
    /** The bytes are not a request of the protocol spoken on this listener. */
    MALFORMED_REQUEST(Phase.NEGOTIATION, Party.CLIENT),
    /** The request line is longer than we read. */
    REQUEST_LINE_TOO_LONG(Phase.NEGOTIATION, Party.CLIENT),
    /** The header block is longer than we read, or has more fields. */
    HEADER_TOO_LARGE(Phase.NEGOTIATION, Party.CLIENT),
    /** A protocol version other than those the listener speaks. */
    UNSUPPORTED_VERSION(Phase.NEGOTIATION, Party.CLIENT),
    /** A transfer coding other than chunked. */
    UNSUPPORTED_CODING(Phase.NEGOTIATION, Party.CLIENT),
    /** A forwarded request for a scheme other than http and https. */
    UNSUPPORTED_SCHEME(Phase.NEGOTIATION, Party.CLIENT),
    /** SOCKS BIND or UDP ASSOCIATE. */
    UNSUPPORTED_COMMAND(Phase.NEGOTIATION, Party.CLIENT),
    /** A SOCKS address that is neither IPv4, IPv6 nor a name. */
    UNSUPPORTED_ADDRESS_TYPE(Phase.NEGOTIATION, Party.CLIENT),
    /** The SOCKS client offers no authentication method that we accept. */
    NO_ACCEPTABLE_METHOD(Phase.NEGOTIATION, Party.CLIENT),
    /** The client does not say who it is, in a way that we accept, and has to. */
    AUTHENTICATION_REQUIRED(Phase.NEGOTIATION, Party.CLIENT),
    /** There is no such user, or it is not the password. */
    WRONG_CREDENTIALS(Phase.NEGOTIATION, Party.CLIENT),
    /** So many passwords are to be verified that this one is not. */
    TOO_BUSY_TO_AUTHENTICATE(Phase.NEGOTIATION, Party.US),
    /** No rule brought this connection to the transparent listener: its client knows of us. */
    NOT_REDIRECTED(Phase.NEGOTIATION, Party.CLIENT),
    /** The request did not arrive within the negotiation timeout. */
    NEGOTIATION_TIMED_OUT(Phase.NEGOTIATION, Party.CLIENT),
    /** The client has as many connections as a client may have. */
    CLIENT_CONNECTION_LIMIT(Phase.NEGOTIATION, Party.CLIENT),
    /** The client has opened more connections within a second than a client may. */
    CLIENT_RATE_LIMIT(Phase.NEGOTIATION, Party.CLIENT),
    /** The user has as many connections as a user may have. */
    USER_CONNECTION_LIMIT(Phase.NEGOTIATION, Party.CLIENT),
    /** A rule of the operator's denies it, or none allows it. */
    DENIED_BY_RULE(Phase.CONNECT, Party.CLIENT),
    /** The address is special-purpose, and the guard lets nobody, or not this client, dial it. */
    GUARDED_ADDRESS(Phase.CONNECT, Party.CLIENT),
    /** The name servers say that the name has no address. */
    NAME_NOT_FOUND(Phase.LOOKUP, Party.REMOTE),
    /** The name servers failed or answered nonsense. */
    NAME_LOOKUP_FAILED(Phase.LOOKUP, Party.US),
    /** The name servers did not answer within the dial timeout. */
    NAME_LOOKUP_TIMED_OUT(Phase.LOOKUP, Party.US),
    /** The destination answered the connection attempt with a reset. */
    CONNECTION_REFUSED(Phase.CONNECT, Party.REMOTE),
    /** There is no route to the destination's network, or a router on the way says so. */
    NETWORK_UNREACHABLE(Phase.CONNECT, Party.REMOTE),
    /** The destination's network is there, but not the destination, or it is fenced off. */
    HOST_UNREACHABLE(Phase.CONNECT, Party.REMOTE),
    /** No address of the destination answered within the dial timeout. */
    CONNECT_TIMED_OUT(Phase.CONNECT, Party.REMOTE),
    /** The connection attempt failed for another reason, which the detail names. */
    CONNECT_FAILED(Phase.CONNECT, Party.US),
    /** The destination is one of our own listeners, or the request has passed us already. */
    WOULD_LOOP(Phase.CONNECT, Party.CLIENT),
    /** The parent proxy does not accept the credentials it was given, or wants some. */
    PARENT_CREDENTIALS_REFUSED(Phase.HANDSHAKE, Party.PARENT),
    /** The parent proxy said no; the detail has its words. */
    PARENT_REFUSED(Phase.HANDSHAKE, Party.PARENT),
    /** The parent proxy closed, reset or answered nonsense during the handshake. */
    PARENT_FAILED(Phase.HANDSHAKE, Party.PARENT),
    /** The parent proxy did not answer in full within the negotiation timeout. */
    PARENT_TIMED_OUT(Phase.HANDSHAKE, Party.PARENT),
    /** The origin of a request with an https target has a certificate that we do not believe. */
    UNTRUSTED_CERTIFICATE(Phase.HANDSHAKE, Party.REMOTE),
    /** The TLS handshake with the origin failed for another reason. */
    TLS_FAILED(Phase.HANDSHAKE, Party.REMOTE),
    /** The TLS handshake with the origin did not end within the negotiation timeout. */
    TLS_TIMED_OUT(Phase.HANDSHAKE, Party.REMOTE),
    /** This process or machine has no descriptor left to dial with. */
    OUT_OF_DESCRIPTORS(Phase.CONNECT, Party.US),
    /** The origin of a forwarded request closed, reset or broke HTTP before its answer began. */
    ORIGIN_FAILED(Phase.RESPONSE, Party.REMOTE),
    /** The next hop of a forwarded request has it all, and has said nothing for too long. */
    RESPONSE_TIMED_OUT(Phase.RESPONSE, Party.REMOTE);

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final Phase phase;
    private final Party party;

    Refusal(Phase phase, Party party) {
        this.phase = phase;
        this.party = party;
    }

    /** The word for logs, metrics and docs: {@code connection-refused}. */
    public String label() {
        return label;
    }

    /** The phase in which it usually happens. */
    Phase phase() {
        return phase;
    }

    /** Whose doing it usually is. */
    Party party() {
        return party;
    }
}
