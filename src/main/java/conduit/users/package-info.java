/** Who may use the proxy: the file of users, and whether clients are who they say. */
@NullMarked
package conduit.users;

import org.jspecify.annotations.NullMarked;
