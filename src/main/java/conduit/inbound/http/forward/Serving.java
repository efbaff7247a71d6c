package conduit.inbound.http.forward;

/** A connection while it serves an exchange, and the response that comes on it. */
record Serving(OriginConnection origin, ResponsePath response) {}
