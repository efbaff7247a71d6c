/** Runs the programs of the system by which conduit asks the kernel or changes it. */
@NullMarked
package conduit.program;

import org.jspecify.annotations.NullMarked;
