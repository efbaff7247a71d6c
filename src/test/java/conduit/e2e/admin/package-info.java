@NullMarked
package conduit.e2e.admin;

import org.jspecify.annotations.NullMarked;
