package conduit.outbound.parent;

import conduit.tunnel.Connector;

/** What to do with the connection to a parent. */
sealed interface Plan {

    /** Ask the parent for a tunnel. */
    record Negotiate(Handshake handshake) implements Plan {}

    /** Leave it to the caller, who sends requests there. */
    record HandOn(Connector.NextHop.HttpParent hop) implements Plan {}
}
