/** How many connections are carried at a time: by limits that the operator sets, and by means. */
@NullMarked
package conduit.limits;

import org.jspecify.annotations.NullMarked;
