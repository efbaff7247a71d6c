/** One forwarded request and its response, between two connections. */
@NullMarked
package conduit.inbound.http.forward;

import org.jspecify.annotations.NullMarked;
