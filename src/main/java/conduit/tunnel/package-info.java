/**
 * The core: the life of one client connection that becomes a byte stream, the closed lists of
 * refusals and outcomes, and the ports through which inbounds, ways out and the log meet it.
 */
@NullMarked
package conduit.tunnel;

import org.jspecify.annotations.NullMarked;
