/** The runner: starts each proxy, has load put on it, and reads what that cost. */
@NullMarked
package conduit.bench;

import org.jspecify.annotations.NullMarked;
