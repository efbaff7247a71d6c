/** The running program seen from outside: real processes, real sockets, nothing in between. */
@NullMarked
package conduit.e2e;

import org.jspecify.annotations.NullMarked;
