/** Messages that two readers could understand differently, and who passes them on. */
@NullMarked
package conduit.e2e.smuggling;

import org.jspecify.annotations.NullMarked;
