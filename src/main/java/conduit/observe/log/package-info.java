/** Lines of the log: how they are written, queued and brought to where they go. */
@NullMarked
package conduit.observe.log;

import org.jspecify.annotations.NullMarked;
