package conduit.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection so that the peer can still read our last words. Closing a socket with unread
 * bytes in it sends a reset, which may reach the peer before it has read what we wrote: so we send
 * our end of stream, throw away what arrives until the peer's, and only then close (RFC 9112,
 * section 9.6), bounded in time. Lives on the channel's event loop.
 */
public final class LingeringClose extends ChannelInboundHandlerAdapter {

    private static final Duration LONGEST = Duration.ofSeconds(2);

    private LingeringClose() {}

    /** Closes the channel after its last write; a write that fails closes it at once. */
    public static void after(ChannelFuture lastWrite) {
        Channel channel = lastWrite.channel();
        channel.pipeline().addLast(new LingeringClose());
        lastWrite.addListener((ChannelFuture written) -> {
            if (!written.isSuccess() || ((DuplexChannel) channel).isInputShutdown()) {
                channel.close();
            } else {
                linger((DuplexChannel) channel);
            }
        });
    }

    private static void linger(DuplexChannel channel) {
        channel.shutdownOutput();
        channel.read();
        var deadline =
                channel.eventLoop()
                        .schedule(() -> channel.close(), LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> deadline.cancel(false));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.close();
        }
    }

    /** The peer may reset now; nothing more is owed to it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
