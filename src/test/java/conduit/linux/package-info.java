@NullMarked
package conduit.linux;

import org.jspecify.annotations.NullMarked;
