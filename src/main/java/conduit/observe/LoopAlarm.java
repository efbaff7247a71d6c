package conduit.observe;

import conduit.address.IpLiteral;
import conduit.tunnel.Journal;
import conduit.tunnel.Refused;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises its voice when connections would come back to us: mostly a firewall rule, a parent or a
 * client's setting that points at conduit itself, which somebody has to mend. Once a minute at
 * most, since a loop brings thousands. Called on event loops.
 */
final class LoopAlarm {

    private static final Logger LOG = LoggerFactory.getLogger(LoopAlarm.class);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

    /** One more connection that was refused for this. */
    void heard(Journal.Entry entry, Refused refused) {
        long now = System.nanoTime();
        long until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET.toNanos())) {
            LOG.warn(
                    "a connection from {} would loop: {}; further ones are in the access log only,"
                            + " for a minute",
                    IpLiteral.withPort(entry.client()),
                    refused.detail());
        }
    }
}
