/** Tests of what the doctor does, over recorded facts. */
@NullMarked
package conduit.doctor.canary;

import org.jspecify.annotations.NullMarked;
