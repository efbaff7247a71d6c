/** SOCKS5 from clients (RFC 1928). */
@NullMarked
package conduit.inbound.socks;

import org.jspecify.annotations.NullMarked;
