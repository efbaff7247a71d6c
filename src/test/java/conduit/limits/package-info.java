/** Tests of seats and the budget. */
@NullMarked
package conduit.limits;

import org.jspecify.annotations.NullMarked;
