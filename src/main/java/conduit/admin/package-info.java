/** The listener for those who run conduit: health, metrics and what is under way, by HTTP. */
@NullMarked
package conduit.admin;

import org.jspecify.annotations.NullMarked;
