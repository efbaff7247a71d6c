/** Connections that serve one exchange after the other. */
@NullMarked
package conduit.outbound.pool;

import org.jspecify.annotations.NullMarked;
