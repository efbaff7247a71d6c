@NullMarked
package conduit.metrics;

import org.jspecify.annotations.NullMarked;
