package conduit.outbound.pool;

import conduit.address.Destination;

/** Where a connection leads to, and whether TLS secures it: which exchanges it can serve. */
record End(Destination at, boolean secured) {}
