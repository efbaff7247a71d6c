/** What the doctor finds on the machine, as values. */
@NullMarked
package conduit.doctor.look;

import org.jspecify.annotations.NullMarked;
