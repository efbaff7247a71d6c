/** Clients that do not know of us: a firewall rule brings their connections here. */
@NullMarked
package conduit.inbound.transparent;

import org.jspecify.annotations.NullMarked;
