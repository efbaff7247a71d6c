/** The listeners, and what clients speak to them. */
@NullMarked
package conduit.inbound;

import org.jspecify.annotations.NullMarked;
