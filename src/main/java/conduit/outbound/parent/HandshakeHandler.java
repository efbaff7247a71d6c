package conduit.outbound.parent;

import conduit.transport.Defects;
import conduit.transport.Errno;
import conduit.tunnel.Party;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a handshake out on the connection to a parent, which it owns meanwhile, before one
 * absolute deadline, and then leaves the pipeline. It asks for one read at a time, and for none
 * once the tunnel is open; what a read brought from behind the last answer goes on to whoever
 * stands behind it. Lives on the channel's event loop.
 */
final class HandshakeHandler extends ByteToMessageDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(HandshakeHandler.class);

    /** Who is told how it ended, once, unless it is cancelled. */
    interface Watcher {
        /**
         * The channel is a stream of bytes to the destination now. Whoever takes it over puts
         * itself into the pipeline before this returns.
         */
        void tunnelOpened(Channel channel);

        /** There will be no tunnel, and the channel is closed. */
        void handshakeFailed(Refused refused);
    }

    private final Handshake handshake;
    private final Duration timeout;
    private final Watcher watcher;

    private @Nullable Channel channel;
    private @Nullable Future<?> deadline;
    private boolean over;

    HandshakeHandler(Handshake handshake, Duration timeout, Watcher watcher) {
        this.handshake = handshake;
        this.timeout = timeout;
        this.watcher = watcher;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        deadline = ctx.executor().schedule(this::timedOut, timeout.toNanos(), TimeUnit.NANOSECONDS);
        // A write that fails is not looked at: what broke the connection is heard by reading, and
        // so is an answer that came before it.
        ctx.writeAndFlush(handshake.firstWords());
        // From here on the decoder reads by itself, as long as it stands in the pipeline.
        ctx.read();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        switch (handshake.read(in)) {
            case Handshake.Step.Wait() -> {}
            case Handshake.Step.Say(var words) -> ctx.writeAndFlush(words);
            case Handshake.Step.Open() -> open(ctx);
            case Handshake.Step.Failed(var refused) -> fail(refused);
        }
    }

    private void open(ChannelHandlerContext ctx) {
        finish();
        watcher.tunnelOpened(ctx.channel());
        // Last, since what is left here goes to the handler that stands behind us now.
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    private void timedOut() {
        fail(
                Refused.of(
                        Refusal.PARENT_TIMED_OUT,
                        "has not answered " + handshake.unanswered() + " in time"));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            fail(broken("closed the connection"));
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            fail(broken("reset the connection").withErrno(Errno.of(cause).map(Errno::name)));
        } else {
            Defects.log(LOG, "the handshake with a parent failed", cause);
            fail(Refused.of(Refusal.PARENT_FAILED, "met a defect of ours").by(Party.US));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        if (!over) {
            // One turn later: an event loop that ends closes all its sockets in one turn, and then
            // the client's end, which is heard within it, is the one to be told of.
            ctx.executor().execute(() -> fail(broken("closed the connection")));
        }
    }

    private Refused broken(String how) {
        return Refused.of(
                Refusal.PARENT_FAILED, how + " instead of answering " + handshake.unanswered());
    }

    /** Closes the connection and tells nobody. */
    void cancel() {
        finish();
        close();
    }

    private void fail(Refused refused) {
        if (!over) {
            finish();
            close();
            watcher.handshakeFailed(refused);
        }
    }

    private void finish() {
        over = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void close() {
        if (channel != null) {
            channel.close();
        }
    }
}
