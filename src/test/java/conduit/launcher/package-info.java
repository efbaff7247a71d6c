/** The launcher script, run in folders of its own with fake JVMs and a fake Maven. */
@NullMarked
package conduit.launcher;

import org.jspecify.annotations.NullMarked;
