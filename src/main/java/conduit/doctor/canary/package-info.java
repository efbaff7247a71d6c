/** Sends a real connection through the rules and says where it arrived or was lost. */
@NullMarked
package conduit.doctor.canary;

import org.jspecify.annotations.NullMarked;
