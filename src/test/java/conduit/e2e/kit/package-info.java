/** What the end-to-end tests are written with: the child process, both ends, loads of bytes. */
@NullMarked
package conduit.e2e.kit;

import org.jspecify.annotations.NullMarked;
