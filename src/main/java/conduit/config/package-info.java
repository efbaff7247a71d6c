/**
 * What the operator asked for: parsed once, typed, valid once constructed. The only place with
 * option names. Nothing here prints, exits or looks a name up.
 */
@NullMarked
package conduit.config;

import org.jspecify.annotations.NullMarked;
