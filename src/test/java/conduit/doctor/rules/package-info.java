/** Tests of what the doctor does, over recorded facts. */
@NullMarked
package conduit.doctor.rules;

import org.jspecify.annotations.NullMarked;
