/**
 * The rules that bring connections to a transparent listener: written as text by pure generators,
 * and installed or taken away with the programs nft and ip.
 */
@NullMarked
package conduit.tproxy;

import org.jspecify.annotations.NullMarked;
