package conduit.relay;

import conduit.config.TunnelTimeouts;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The portable relay: reads into a buffer on one side and writes it on the other, through Netty
 * channels. One instance carries one tunnel and lives on its event loop.
 */
public final class CopyRelay implements IdleWatch.Watched {

    private static final Logger LOG = LoggerFactory.getLogger(CopyRelay.class);

    private final CopyEnd client;
    private final CopyEnd remote;
    private final Relay.Watcher watcher;
    private final Paces paces;
    private Optional<Side> firstToEnd = Optional.empty();
    private Optional<Side> brokenSide = Optional.empty();
    private long lastByteAt = System.nanoTime();
    private long firstByteDownAt;
    private boolean heard;
    private long halfClosedAt;
    private boolean ended;

    private CopyRelay(Endpoint client, Endpoint remote, Paces paces, Relay.Watcher watcher) {
        this.watcher = watcher;
        this.paces = paces;
        this.client = new CopyEnd(Side.CLIENT, client.channel(), paces.up(), this);
        this.remote = new CopyEnd(Side.REMOTE, remote.channel(), paces.down(), this);
        this.client.connectTo(this.remote);
        this.remote.connectTo(this.client);
    }

    /** A relay of this kind. */
    public static Relay copying(TunnelTimeouts timeouts) {
        IdleWatch idle = new IdleWatch(timeouts);
        return (client, remote, paces, watcher) -> {
            CopyRelay relay = new CopyRelay(client, remote, paces, watcher);
            relay.client.join();
            relay.remote.join();
            // Later, so that the watcher never hears of the end before it has heard of the start.
            client.channel().eventLoop().execute(() -> relay.begin(client, remote, idle));
            return relay;
        };
    }

    private void begin(Endpoint clientEndpoint, Endpoint remoteEndpoint, IdleWatch idle) {
        client.begin(clientEndpoint);
        if (!ended) {
            remote.begin(remoteEndpoint);
        }
        idle.add(this, clientEndpoint.channel().eventLoop());
    }

    @Override
    public long bytesUp() {
        return remote.delivered();
    }

    @Override
    public long bytesDown() {
        return client.delivered();
    }

    @Override
    public OptionalLong firstByteDownAt() {
        return heard ? OptionalLong.of(firstByteDownAt) : OptionalLong.empty();
    }

    @Override
    public long lastByteAt() {
        return lastByteAt;
    }

    /** An end has handed bytes to its socket. */
    void bytesMoved() {
        lastByteAt = System.nanoTime();
        if (!heard && bytesDown() > 0) {
            heard = true;
            firstByteDownAt = lastByteAt;
        }
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public boolean isHalfClosed() {
        return client.outputEnded() != remote.outputEnded();
    }

    @Override
    public long halfClosedAt() {
        return halfClosedAt;
    }

    @Override
    public long lastSignOfLifeAt() {
        return client.isPaced() || remote.isPaced() ? System.nanoTime() : lastByteAt;
    }

    /** Not of the peers' doing: who is owed bytes sees a reset, and takes nothing for the whole. */
    @Override
    public void cut(Relay.Cause cause) {
        if (ended) {
            return;
        }
        Stream.of(client, remote)
                .filter(end -> end.owesBytes() || otherThan(end).isPaced())
                .forEach(CopyRelay::resetWhenClosed);
        end(cause, Side.US);
    }

    /** A side's end of stream has been read. */
    void inputEnded(Side side) {
        if (firstToEnd.isEmpty()) {
            firstToEnd = Optional.of(side);
        }
    }

    /** An end of stream has been passed on, with everything before it. */
    void outputEnded() {
        halfClosedAt = System.nanoTime();
        if (client.outputEnded() && remote.outputEnded()) {
            end(Relay.Cause.END_OF_STREAM, firstToEnd.orElse(Side.US));
        } else if (brokenSide.isPresent()) {
            end(Relay.Cause.RESET, brokenSide.get());
        }
    }

    /** A side's connection broke: what the other side sees must be a reset, not an end. */
    void broke(Side side) {
        if (!ended) {
            resetWhenClosed(otherThan(side));
            end(Relay.Cause.RESET, side);
        }
    }

    /**
     * A side's connection broke after its end of stream had been read: the other side is still owed
     * what came before, and that end.
     */
    void brokeAfterItsEnd(Side side) {
        CopyEnd other = otherThan(side);
        if (other.outputEnded() || other.outputBroken()) {
            broke(side);
        } else if (brokenSide.isEmpty()) {
            brokenSide = Optional.of(side);
        }
    }

    private CopyEnd otherThan(CopyEnd end) {
        return end == client ? remote : client;
    }

    private CopyEnd otherThan(Side side) {
        return side == Side.CLIENT ? remote : client;
    }

    /** A channel was closed by neither side nor us: the event loop is being shut down. */
    void closedUnderneath() {
        cut(Relay.Cause.CLOSED);
    }

    /** An exception that no peer should be able to cause. */
    void defect(Throwable cause) {
        if (!ended) {
            LOG.error("relay failed", cause);
            resetWhenClosed(client);
            resetWhenClosed(remote);
            end(Relay.Cause.DEFECT, Side.US);
        }
    }

    private static void resetWhenClosed(CopyEnd end) {
        try {
            end.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // Already closed: there is nobody left to be told.
            LOG.debug("no reset: {}", e.getMessage());
        }
    }

    private void end(Relay.Cause cause, Side by) {
        if (ended) {
            return;
        }
        ended = true;
        client.channel().close();
        remote.channel().close();
        try {
            paces.release().run();
            watcher.ended(cause, by);
        } catch (RuntimeException | Error e) {
            LOG.error("the end of a relay could not be told", e);
        }
    }
}
