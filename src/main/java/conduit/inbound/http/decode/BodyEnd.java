package conduit.inbound.http.decode;

/** How the end of a message's body is told (RFC 9112, section 6.3). */
enum BodyEnd {
    /** There is no body, whatever the fields say. */
    NO_BODY,
    LENGTH,
    CHUNKS,
    /** By the end of the connection, which may as well be a failure. */
    CONNECTION
}
