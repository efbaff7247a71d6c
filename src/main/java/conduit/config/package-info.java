/**
 * What the operator asked for: parsed once (by {@code flags}), typed, valid once constructed.
 * Nothing here prints, exits or looks a name up.
 */
@NullMarked
package conduit.config;

import org.jspecify.annotations.NullMarked;
