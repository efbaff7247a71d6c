package conduit.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * One socket on its way from negotiation to relay: the last handler of its pipeline, which keeps
 * whatever arrives behind the handshake, and an end of stream, until the relay takes them. It never
 * asks for more to read, so what it keeps is bounded by one read or, when the peer has already sent
 * its end of stream, by the kernel's receive buffer. Lives on the channel's event loop.
 */
public final class Endpoint extends ChannelInboundHandlerAdapter {

    /** Who wants to know that the peer stopped or went away before the relay began. */
    public interface Watcher {
        /** The peer sent its end of stream. */
        void inputEnded();

        /** The connection broke (RESET) or was closed underneath us (CLOSED); called once. */
        void gone(Relay.Cause cause);
    }

    private final Channel channel;
    private final Watcher watcher;
    private final Queue<ByteBuf> early = new ArrayDeque<>(2);
    private boolean inputEnded;
    private boolean gone;
    private boolean taken;

    private Endpoint(Channel channel, Watcher watcher) {
        this.channel = channel;
        this.watcher = watcher;
    }

    /** Puts an endpoint at the end of a channel's pipeline. */
    public static Endpoint of(Channel channel, Watcher watcher) {
        Endpoint endpoint = new Endpoint(channel, watcher);
        channel.pipeline().addLast(endpoint);
        return endpoint;
    }

    /** The socket. */
    public Channel channel() {
        return channel;
    }

    /** Whether the peer has sent its end of stream already. */
    public boolean inputEnded() {
        return inputEnded;
    }

    /** Whether nothing has arrived behind the handshake. */
    public boolean isEmpty() {
        return early.isEmpty();
    }

    /** Leaves the pipeline and drops what was kept: there will be no relay. */
    public void discard() {
        gone = true;
        channel.pipeline().remove(this);
    }

    /** Hands over what was kept, in order; the caller releases it. Nothing is kept afterwards. */
    Queue<ByteBuf> take() {
        taken = true;
        return early;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (taken || gone || !(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            return;
        }
        early.add(bytes);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && !inputEnded && !gone) {
            inputEnded = true;
            watcher.inputEnded();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        leave(Relay.Cause.RESET);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave(Relay.Cause.CLOSED);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (!taken) {
            releaseEarly();
        }
    }

    private void leave(Relay.Cause cause) {
        if (!gone && !taken) {
            gone = true;
            releaseEarly();
            watcher.gone(cause);
        }
    }

    private void releaseEarly() {
        early.forEach(ByteBuf::release);
        early.clear();
    }
}
