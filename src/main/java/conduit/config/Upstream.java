package conduit.config;

import conduit.address.Destination;
import java.util.Optional;

/** The way out to all destinations. */
public sealed interface Upstream {

    /** To each destination by a connection of its own. */
    record Direct() implements Upstream {}

    /** Through a parent proxy. */
    sealed interface Parent extends Upstream {
        /** Where it listens; a name is looked up for each connection. */
        Destination at();

        /** What it is told of who we are. */
        Optional<Credentials> credentials();
    }

    /** A parent that speaks HTTP; credentials are for Basic authentication (RFC 7617). */
    record HttpParent(Destination at, Optional<Credentials> credentials) implements Parent {}

    /** A parent that speaks SOCKS5; credentials are 1 to 255 bytes of UTF-8 each (RFC 1929). */
    record SocksParent(Destination at, Optional<Credentials> credentials) implements Parent {}
}
