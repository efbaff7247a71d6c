package conduit.inbound;

import conduit.config.HttpLimits;
import conduit.config.SeenAs;
import conduit.config.Timeouts;
import conduit.tunnel.Tunnel;
import conduit.users.Authenticator;
import java.util.Optional;

/**
 * On what terms clients are served: all that a reload replaces at once. New connections, and each
 * request of those that are kept, are served on the terms of their moment; whatever has begun ends
 * on those on which it began.
 *
 * @param authenticator who knows the users; everybody is served without
 * @param httpLimits of a connection those hold on which it was accepted
 * @param transparent whose address destinations of transparent clients are to see
 */
public record Terms(
        Tunnel.Ways ways,
        Optional<Authenticator> authenticator,
        Timeouts timeouts,
        HttpLimits httpLimits,
        SeenAs transparent,
        AfterExchange afterExchange) {

    /** What becomes of a client's HTTP connection behind an answer. */
    public enum AfterExchange {
        /** It waits for the next request, if the client wants to. */
        WAITS,
        /** It is closed, and the answer says so. */
        CLOSES
    }

    /** The same, but with no request after the one under way. */
    public Terms closing() {
        return new Terms(
                ways, authenticator, timeouts, httpLimits, transparent, AfterExchange.CLOSES);
    }
}
