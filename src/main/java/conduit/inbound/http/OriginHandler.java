package conduit.inbound.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpObject;
import java.io.IOException;

/** Tells an exchange what its origin does. Lives on the event loop of both. */
final class OriginHandler extends ChannelInboundHandlerAdapter {

    private final Exchange exchange;

    OriginHandler(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        exchange.originSent((HttpObject) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        exchange.originReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        exchange.wantRequestBody();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            exchange.originFailed("it closed before its answer was complete");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            exchange.originFailed("it reset the connection before its answer was complete");
        } else {
            exchange.defect(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        exchange.closedUnderneath();
    }
}
