/** What single decisions cost. */
@NullMarked
package conduit.bench.policy;

import org.jspecify.annotations.NullMarked;
