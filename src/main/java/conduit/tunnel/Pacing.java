package conduit.tunnel;

import conduit.relay.Paces;
import java.net.InetAddress;

/** Says how fast the connections of clients may move bytes. Called on event loops. */
@FunctionalInterface
public interface Pacing {

    /** As fast as they go. */
    Pacing FREE = client -> Paces.FREE;

    /** For one connection of a client; whoever asks sees to it that they are released. */
    Paces of(InetAddress client);
}
