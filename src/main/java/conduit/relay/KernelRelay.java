package conduit.relay;

import conduit.config.RelayMode;
import conduit.config.TunnelTimeouts;
import io.netty.channel.Channel;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay through the kernel: takes two sockets out of their Netty channels and moves bytes
 * between them with system calls of its own, on the event loop that both share. What is left of an
 * idle tunnel is two descriptors and this. One instance carries one tunnel.
 *
 * <p>Taking a socket out: its channel is deregistered, its descriptor belongs to a {@link
 * KernelEnd} from then on, and the channel is left to the garbage collector without being closed,
 * which would close the descriptor.
 */
public final class KernelRelay implements IdleWatch.Watched {

    private static final Logger LOG = LoggerFactory.getLogger(KernelRelay.class);

    private final RelayLoop loop;
    private final Relay.Watcher watcher;
    private final Paces paces;
    private final KernelEnd client;
    private final KernelEnd remote;
    private final Direction up;
    private final Direction down;
    private @Nullable Side firstToEnd;
    private long lastByteAt = System.nanoTime();
    private long firstByteDownAt;
    private boolean heard;
    private long lastTakenAt = lastByteAt;
    private long lastQueued;
    private long halfClosedAt;
    private boolean ended;

    private KernelRelay(
            RelayMode mode, Channel client, Channel remote, Paces paces, Relay.Watcher watcher) {
        this.loop = RelayLoop.of(client.eventLoop());
        this.paces = paces;
        this.watcher = watcher;
        this.client = new KernelEnd(Side.CLIENT, descriptor(client), this);
        this.remote = new KernelEnd(Side.REMOTE, descriptor(remote), this);
        this.up = new Direction(loop, this, this.client, this.remote, mode, paces.up());
        this.down = new Direction(loop, this, this.remote, this.client, mode, paces.down());
    }

    /** A relay of this kind; both its sockets must be on epoll. */
    public static Relay moving(RelayMode mode, TunnelTimeouts timeouts) {
        IdleWatch idle = new IdleWatch(timeouts);
        return (client, remote, paces, watcher) -> {
            KernelRelay relay =
                    new KernelRelay(mode, client.channel(), remote.channel(), paces, watcher);
            relay.takeOver(client, remote, idle);
            return relay;
        };
    }

    private void takeOver(Endpoint clientEndpoint, Endpoint remoteEndpoint, IdleWatch idle) {
        clientEndpoint.channel().deregister();
        // Their event loop does one after the other: when the second is out, so is the first.
        remoteEndpoint
                .channel()
                .deregister()
                .addListener(bothOut -> begin(clientEndpoint, remoteEndpoint, idle));
    }

    private static int descriptor(Channel channel) {
        return ((EpollSocketChannel) channel).fd().intValue();
    }

    /** Both sockets are out of their channels, which can tell us nothing any more. */
    private void begin(Endpoint clientEndpoint, Endpoint remoteEndpoint, IdleWatch idle) {
        if (!clientEndpoint.channel().isOpen() || !remoteEndpoint.channel().isOpen()) {
            // One was closed on its way, and with it its descriptor: the channels still own both.
            endOnTheWay(clientEndpoint, remoteEndpoint);
            return;
        }
        IoEventLoop eventLoop = (IoEventLoop) clientEndpoint.channel().eventLoop();
        try {
            // First, so that both are known to the loop whatever happens.
            register(client, eventLoop);
            register(remote, eventLoop);
            up.begin(clientEndpoint.take());
            down.begin(remoteEndpoint.take());
            client.hungUp = clientEndpoint.inputEnded();
            remote.hungUp = remoteEndpoint.inputEnded();
        } catch (RuntimeException | Error e) {
            defect(e);
        }
        if (ended) {
            // What was taken over only after the end.
            up.stop();
            down.stop();
            return;
        }
        idle.add(this, eventLoop);
        pump(up);
        pump(down);
    }

    private void endOnTheWay(Endpoint clientEndpoint, Endpoint remoteEndpoint) {
        ended = true;
        Side gone = clientEndpoint.channel().isOpen() ? Side.REMOTE : Side.CLIENT;
        for (Endpoint endpoint : List.of(clientEndpoint, remoteEndpoint)) {
            endpoint.take().forEach(ReferenceCountUtil::safeRelease);
            if (endpoint.channel().isOpen()) {
                loop.kernel.resetOnClose(descriptor(endpoint.channel()));
                endpoint.channel().close();
            }
        }
        tell(Relay.Cause.RESET, gone);
    }

    private void register(KernelEnd end, IoEventLoop ioLoop) {
        if (ended) {
            return;
        }
        Future<IoRegistration> registered = ioLoop.register(end);
        // On the loop itself it is done already; it fails only while the loop is being shut down.
        if (registered.isSuccess()) {
            end.registered(registered.getNow());
        } else {
            cut(Relay.Cause.CLOSED);
        }
    }

    @Override
    public long bytesUp() {
        return up.moved();
    }

    @Override
    public long bytesDown() {
        return down.moved();
    }

    @Override
    public OptionalLong firstByteDownAt() {
        return heard ? OptionalLong.of(firstByteDownAt) : OptionalLong.empty();
    }

    @Override
    public long lastByteAt() {
        return lastByteAt;
    }

    /**
     * While bytes are held, a slow reader is told from a dead one by what its socket's queue still
     * holds: the kernel offers room again only when much of it has gone.
     */
    @Override
    public long lastSignOfLifeAt() {
        if (up.isPaced() || down.isPaced()) {
            return System.nanoTime();
        }
        if (up.holdsBytes() || down.holdsBytes()) {
            long queued =
                    loop.kernel.queued(client.descriptor())
                            + loop.kernel.queued(remote.descriptor());
            if (queued != lastQueued) {
                lastQueued = queued;
                lastTakenAt = System.nanoTime();
            }
        }
        return lastTakenAt - lastByteAt > 0 ? lastTakenAt : lastByteAt;
    }

    /** A direction has handed bytes to its socket. */
    void bytesMoved() {
        lastByteAt = System.nanoTime();
        if (!heard && bytesDown() > 0) {
            heard = true;
            firstByteDownAt = lastByteAt;
        }
    }

    /** An end has an event: what comes from it may go on, and what goes to it. */
    void ready(KernelEnd end) {
        pump(end == client ? up : down);
        pump(end == client ? down : up);
    }

    /**
     * Lets a direction move. No exception leaves here: it would drop the rest of the batch of
     * events, and edge-triggered events do not come again. It ends this tunnel and no other.
     */
    void pump(Direction direction) {
        if (ended) {
            return;
        }
        try {
            direction.pump();
        } catch (RuntimeException | Error e) {
            defect(e);
        }
    }

    /** An exception that no peer should be able to cause. */
    private void defect(Throwable cause) {
        LOG.error("relay failed", cause);
        if (!ended) {
            loop.kernel.resetOnClose(client.descriptor());
            loop.kernel.resetOnClose(remote.descriptor());
            end(Relay.Cause.DEFECT, Side.US);
        }
    }

    /** Whether both sockets have been closed. */
    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public boolean isHalfClosed() {
        return up.ended() != down.ended();
    }

    @Override
    public long halfClosedAt() {
        return halfClosedAt;
    }

    /** Not of the peers' doing: who is owed bytes sees a reset, and takes nothing for the whole. */
    @Override
    public void cut(Relay.Cause cause) {
        if (ended) {
            return;
        }
        if (up.holdsBytes()) {
            loop.kernel.resetOnClose(remote.descriptor());
        }
        if (down.holdsBytes()) {
            loop.kernel.resetOnClose(client.descriptor());
        }
        end(cause, Side.US);
    }

    /** A side's end of stream has been read. */
    void inputEnded(Side side) {
        if (firstToEnd == null) {
            firstToEnd = side;
        }
    }

    /** An end can be sent nothing any more; when nothing of it can be delivered, that is all. */
    void outputBroke(KernelEnd end) {
        if (otherThan(end).outputBroken || (end == client ? up : down).ended()) {
            broke(end);
        }
    }

    /** A direction has come to its end, and everything before it has been delivered. */
    void directionEnded(KernelEnd from) {
        if (up.ended() && down.ended() && !from.outputBroken) {
            // Closing passes the second end on, too.
            end(Relay.Cause.END_OF_STREAM, firstToEnd == null ? Side.US : firstToEnd);
            return;
        }
        loop.kernel.shutdownOutput(otherThan(from).descriptor());
        halfClosedAt = System.nanoTime();
        if (from.outputBroken) {
            end(Relay.Cause.RESET, from.side());
        }
    }

    /** A side's connection broke: what the other side sees must be a reset, not an end. */
    void broke(KernelEnd end) {
        if (!ended) {
            loop.kernel.resetOnClose(otherThan(end).descriptor());
            end(Relay.Cause.RESET, end.side());
        }
    }

    private KernelEnd otherThan(KernelEnd end) {
        return end == client ? remote : client;
    }

    private void end(Relay.Cause cause, Side by) {
        if (ended) {
            return;
        }
        ended = true;
        up.stop();
        down.stop();
        client.release();
        remote.release();
        tell(cause, by);
    }

    /** The end may come from an event itself, which no exception may leave either. */
    private void tell(Relay.Cause cause, Side by) {
        try {
            paces.release().run();
            watcher.ended(cause, by);
        } catch (RuntimeException | Error e) {
            LOG.error("the end of a relay could not be told", e);
        }
    }
}
