/** Asks other programs about the machine, and reads what they answer. */
@NullMarked
package conduit.doctor.ask;

import org.jspecify.annotations.NullMarked;
