/** The programs of the system, as they behave and misbehave. */
@NullMarked
package conduit.program;

import org.jspecify.annotations.NullMarked;
