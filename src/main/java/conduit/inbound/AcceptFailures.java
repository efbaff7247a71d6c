package conduit.inbound;

import conduit.config.Listener;
import conduit.transport.Errno;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands at the end of a listener's pipeline, where a failed accept arrives: mostly out of
 * descriptors. Netty stops to accept for a second each time, so a listener neither dies nor spins;
 * here it is said, once a minute, and connections that nobody uses are asked to make way.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);
    private static final Set<Errno> SHORTAGE = EnumSet.of(Errno.EMFILE, Errno.ENFILE);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final Listener listener;
    private final Runnable makeWay;
    private long quietUntil = System.nanoTime();

    AcceptFailures(Listener listener, Runnable makeWay) {
        this.listener = listener;
        this.makeWay = makeWay;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (Errno.of(cause).filter(SHORTAGE::contains).isPresent()) {
            makeWay.run();
        }
        long now = System.nanoTime();
        if (now - quietUntil >= 0) {
            quietUntil = now + QUIET.toNanos();
            LOG.warn(
                    "{}: cannot accept for now, trying again every second: {}",
                    listener,
                    cause.getMessage());
        }
    }
}
