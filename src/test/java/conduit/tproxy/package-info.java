/** The text of the rules, and whether the programs they are for accept it. */
@NullMarked
package conduit.tproxy;

import org.jspecify.annotations.NullMarked;
