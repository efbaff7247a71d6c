/** Who may go where: pure functions that answer with a reason. */
@NullMarked
package conduit.policy;

import org.jspecify.annotations.NullMarked;
