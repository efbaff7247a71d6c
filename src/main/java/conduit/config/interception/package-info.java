/** Which connections firewall rules are to bring to a transparent listener, and how. */
@NullMarked
package conduit.config.interception;

import org.jspecify.annotations.NullMarked;
