/** The ways out: looking names up and dialling. */
@NullMarked
package conduit.outbound;

import org.jspecify.annotations.NullMarked;
