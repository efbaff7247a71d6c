/** Clients that do not know of the proxy, in networks that the tests make themselves. */
@NullMarked
package conduit.e2e.transparent;

import org.jspecify.annotations.NullMarked;
