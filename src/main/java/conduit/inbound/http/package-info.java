/** HTTP/1.x from clients (RFC 9110, RFC 9112): CONNECT and forwarding. */
@NullMarked
package conduit.inbound.http;

import org.jspecify.annotations.NullMarked;
