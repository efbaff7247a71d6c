/** What systemd, or whoever else supervises conduit as it does, is told of it. */
@NullMarked
package conduit.systemd;

import org.jspecify.annotations.NullMarked;
