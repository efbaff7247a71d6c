/** Everything native: the system calls of Linux that neither Java nor Netty offers, through FFM. */
@NullMarked
package conduit.linux;

import org.jspecify.annotations.NullMarked;
