/** Moves bytes between two sockets that are past negotiation. Knows sockets, not protocols. */
@NullMarked
package conduit.relay;

import org.jspecify.annotations.NullMarked;
