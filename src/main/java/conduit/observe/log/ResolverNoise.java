package conduit.observe.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Keeps one complaint of Netty's out of the log: when there is no descriptor for a name lookup, its
 * resolver trips over the socket that it could not make, and the stack trace of that would be
 * logged for every lookup. The lookup itself fails properly and is logged as refused.
 */
public final class ResolverNoise extends Filter<ILoggingEvent> {

    private static final String PROMISES = "io.netty.util.concurrent.DefaultPromise";
    private static final String RESOLVER = "io.netty.resolver.dns.";

    @Override
    public FilterReply decide(ILoggingEvent event) {
        boolean noise =
                event.getLoggerName().equals(PROMISES)
                        && event.getFormattedMessage().contains(RESOLVER);
        return noise ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
