/** What operators see of the traffic: the access log. */
@NullMarked
package conduit.observe;

import org.jspecify.annotations.NullMarked;
