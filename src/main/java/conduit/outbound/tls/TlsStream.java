package conduit.outbound.tls;

import conduit.transport.BrokenOffException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import javax.net.ssl.SSLException;

/**
 * Stands behind the handler that secures a connection, and makes it look like any other connection:
 * tells how the handshake ended, and that the peer's stream has ended when TLS says so. The end of
 * the TCP stream alone is none, since anybody on the way could have sent it: it is told as a break
 * (RFC 9112, section 9.8). Lives on the channel's event loop.
 */
final class TlsStream extends ChannelInboundHandlerAdapter {

    /** Who is told how the handshake ended, once. */
    interface Watcher {
        /**
         * The channel is a secured stream of bytes now. Whoever takes it over puts itself into the
         * pipeline before this returns.
         */
        void secured(Channel channel);

        /** There will be none; the channel is still open. */
        void failed(Throwable cause);

        /** The same, since the peer has sent its end of stream. */
        void ended();
    }

    private final Watcher watcher;
    private boolean over;
    private boolean secured;
    private boolean inputEnded;

    TlsStream(Watcher watcher) {
        this.watcher = watcher;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent completed when completed.isSuccess() -> secured(ctx);
            case SslHandshakeCompletionEvent completed -> failed(completed.cause());
            case SslCloseCompletionEvent closed when closed.isSuccess() -> endInput(ctx);
            case ChannelInputShutdownEvent _ -> streamEnded(ctx);
            default -> {
                // Nothing else is said here that anybody behind would understand.
            }
        }
    }

    private void secured(ChannelHandlerContext ctx) {
        if (!over) {
            over = true;
            secured = true;
            watcher.secured(ctx.channel());
        }
    }

    private void failed(Throwable cause) {
        if (!over) {
            over = true;
            watcher.failed(cause);
        }
    }

    private void endInput(ChannelHandlerContext ctx) {
        if (secured && !inputEnded) {
            inputEnded = true;
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    private void streamEnded(ChannelHandlerContext ctx) {
        if (secured && !inputEnded) {
            inputEnded = true;
            ctx.fireExceptionCaught(
                    new BrokenOffException("it ended the connection without TLS's word for it"));
        } else if (!over) {
            over = true;
            watcher.ended();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Throwable told =
                cause instanceof DecoderException && cause.getCause() instanceof SSLException broken
                        ? broken
                        : cause;
        if (secured) {
            ctx.fireExceptionCaught(
                    told instanceof SSLException broken ? TlsFailure.breaking(broken) : told);
        } else {
            failed(told);
        }
    }
}
