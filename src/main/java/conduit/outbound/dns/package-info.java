/**
 * Looking names up: what to ask, whom, how long to wait and what to remember. The questions
 * themselves are carried by Netty's resolver.
 */
@NullMarked
package conduit.outbound.dns;

import org.jspecify.annotations.NullMarked;
