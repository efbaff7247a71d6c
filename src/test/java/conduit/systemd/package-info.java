@NullMarked
package conduit.systemd;

import org.jspecify.annotations.NullMarked;
