/** The program: it composes every other package and starts and stops them. */
@NullMarked
package conduit;

import org.jspecify.annotations.NullMarked;
