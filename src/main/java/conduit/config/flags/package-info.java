/** Reads the command line: the only place that knows how flags are called and written. */
@NullMarked
package conduit.config.flags;

import org.jspecify.annotations.NullMarked;
