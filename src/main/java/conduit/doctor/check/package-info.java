/** Judges what was found: pure functions from the facts to a verdict with its reason. */
@NullMarked
package conduit.doctor.check;

import org.jspecify.annotations.NullMarked;
