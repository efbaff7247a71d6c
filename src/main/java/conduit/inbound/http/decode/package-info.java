/** Judges and decodes what clients, origins and parents send as HTTP. Knows no exchange. */
@NullMarked
package conduit.inbound.http.decode;

import org.jspecify.annotations.NullMarked;
