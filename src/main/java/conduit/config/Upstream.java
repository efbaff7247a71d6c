package conduit.config;

import conduit.address.Destination;
import java.util.Optional;

/** The way out to all destinations. */
public sealed interface Upstream {

    /** The word for logs, metrics and docs: {@code socks5}. */
    String label();

    /** To each destination by a connection of its own. */
    record Direct() implements Upstream {
        @Override
        public String label() {
            return "direct";
        }
    }

    /** Through a parent proxy. */
    sealed interface Parent extends Upstream {
        /** Where it listens; a name is looked up for each connection. */
        Destination at();

        /** What it is told of who we are. */
        Optional<Credentials> credentials();
    }

    /** A parent that speaks HTTP; credentials are for Basic authentication (RFC 7617). */
    record HttpParent(Destination at, Optional<Credentials> credentials) implements Parent {
        @Override
        public String label() {
            return "http";
        }
    }

    /** A parent that speaks SOCKS5; credentials are 1 to 255 bytes of UTF-8 each (RFC 1929). */
    record SocksParent(Destination at, Optional<Credentials> credentials) implements Parent {
        @Override
        public String label() {
            return "socks5";
        }
    }
}
