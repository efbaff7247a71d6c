/** Reads a configuration file: what stands in it and where, whatever flags there are. Pure. */
@NullMarked
package conduit.config.file;

import org.jspecify.annotations.NullMarked;
