/** The programs people put behind a proxy: they decide what conduit has to understand. */
@NullMarked
package conduit.e2e.clients;

import org.jspecify.annotations.NullMarked;
