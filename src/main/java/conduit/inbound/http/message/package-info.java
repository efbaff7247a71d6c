/** What requests and responses say, and how they are changed for whoever reads them next. Pure. */
@NullMarked
package conduit.inbound.http.message;

import org.jspecify.annotations.NullMarked;
