package conduit.tunnel;

import java.util.Optional;

/**
 * What is remembered of the head of an HTTP request for the journal.
 *
 * @param method as the client wrote it
 * @param trace the trace that the request is a part of (W3C Trace Context), if it says: 32 digits
 */
public record Headline(String method, Optional<String> trace) {}
