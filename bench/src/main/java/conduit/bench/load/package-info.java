/** The load: the origin behind the proxy and the clients before it. */
@NullMarked
package conduit.bench.load;

import org.jspecify.annotations.NullMarked;
