/** Tests of what the doctor does, over recorded facts. */
@NullMarked
package conduit.doctor.check;

import org.jspecify.annotations.NullMarked;
