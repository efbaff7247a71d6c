/** Parents, real and played: what conduit makes of them, and how far it is to them. */
@NullMarked
package conduit.e2e.upstream;

import org.jspecify.annotations.NullMarked;
