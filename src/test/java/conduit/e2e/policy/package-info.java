/** Who may go where, through the real program. */
@NullMarked
package conduit.e2e.policy;

import org.jspecify.annotations.NullMarked;
