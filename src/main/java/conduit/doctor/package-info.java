/**
 * Finds out why nothing arrives at a transparent listener: looks, judges, and says what mends it.
 */
@NullMarked
package conduit.doctor;

import org.jspecify.annotations.NullMarked;
