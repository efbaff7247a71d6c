package conduit.tunnel;

import java.util.OptionalLong;

/**
 * How long each part of a tunnel or exchange took, in nanoseconds. Plain numbers, since one of
 * these is made for each connection; what did not happen is {@link #NONE}. Parts that happened more
 * than once, as for a request that went out twice, are added up.
 *
 * @param lookup until the name that was dialled, the destination's or a parent's, was looked up
 * @param connect the TCP connect to the destination or the parent, all addresses together
 * @param handshake with the parent and, of an https exchange, TLS with the origin
 * @param setUp from the begin until there was a connection on which the destination could be told
 *     something; next to nothing where an idle one was used again
 * @param firstByte from the begin until the first byte of the remote was handed to the client's
 *     socket; of an exchange, until the head of its final response was there
 * @param total from accept, for a later request on a connection from its first byte, to the end
 */
public record Times(
        long lookup, long connect, long handshake, long setUp, long firstByte, long total) {

    /** In place of a duration: it did not happen. */
    public static final long NONE = -1;

    /** Of something that ended before any of the parts began. */
    public static Times of(long total) {
        return new Times(NONE, NONE, NONE, NONE, NONE, total);
    }

    /** The same for whoever wants to be told of what did not happen by the type. */
    public static OptionalLong known(long nanos) {
        return nanos == NONE ? OptionalLong.empty() : OptionalLong.of(nanos);
    }
}
