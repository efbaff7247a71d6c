/**
 * Hosts and ports as people and protocols write them. Pure values: nothing here looks a name up.
 */
@NullMarked
package conduit.address;

import org.jspecify.annotations.NullMarked;
