/** Connections to origins that are secured by TLS here, for requests with an https target. */
@NullMarked
package conduit.outbound.tls;

import org.jspecify.annotations.NullMarked;
