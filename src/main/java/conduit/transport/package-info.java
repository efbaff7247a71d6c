/** How sockets are made, set up and closed: epoll where there is one, NIO elsewhere. */
@NullMarked
package conduit.transport;

import org.jspecify.annotations.NullMarked;
