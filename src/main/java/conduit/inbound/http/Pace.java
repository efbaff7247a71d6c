package conduit.inbound.http;

import conduit.relay.Pacer;
import conduit.relay.Paces;
import java.util.Optional;

/**
 * How fast a client's connection may be while it speaks HTTP, through all of its exchanges.
 *
 * @param pacer holds the bodies of its requests; none where nothing is limited
 */
record Pace(Paces paces, Optional<Pacer> pacer) {

    /** The connection has ended, or does not speak HTTP any longer. */
    void end() {
        pacer.ifPresent(Pacer::leave);
        paces.release().run();
    }
}
