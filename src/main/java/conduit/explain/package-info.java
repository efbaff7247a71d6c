/** {@code conduit explain}: what the policy says to one access, and why, without dialling. */
@NullMarked
package conduit.explain;

import org.jspecify.annotations.NullMarked;
