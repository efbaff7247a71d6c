/** Who may go where, as the operator says it. */
@NullMarked
package conduit.config.rules;

import org.jspecify.annotations.NullMarked;
