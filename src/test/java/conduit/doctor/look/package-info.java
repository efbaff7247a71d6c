/** Tests of what the doctor does, over recorded facts. */
@NullMarked
package conduit.doctor.look;

import org.jspecify.annotations.NullMarked;
