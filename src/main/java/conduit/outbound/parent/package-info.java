/**
 * The way out through a parent proxy: what is said to one that speaks HTTP or SOCKS5, and what its
 * answers mean.
 */
@NullMarked
package conduit.outbound.parent;

import org.jspecify.annotations.NullMarked;
