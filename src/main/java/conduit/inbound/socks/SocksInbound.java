package conduit.inbound.socks;

import conduit.config.Inbound;
import conduit.transport.LingeringClose;
import conduit.tunnel.Negotiation;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.tunnel.Seating;
import conduit.tunnel.Tunnel;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks SOCKS5 with one client until its request has been read, then leaves the pipeline; bytes
 * behind the request go on to the tunnel. Lives on the client's event loop.
 */
public final class SocksInbound extends ByteToMessageDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(SocksInbound.class);

    private enum Awaiting {
        GREETING,
        REQUEST,
        NOTHING
    }

    private final Tunnel.Ways ways;
    private final Duration timeout;
    private @Nullable Negotiation negotiation;
    private Awaiting awaiting = Awaiting.GREETING;

    /**
     * For one connection.
     *
     * @param timeout from accept to the end of the request
     */
    public SocksInbound(Tunnel.Ways ways, Duration timeout) {
        this.ways = ways;
        this.timeout = timeout;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Negotiation started = new Negotiation(ctx.channel(), Inbound.SOCKS5, ways.journal());
        negotiation = started;
        Optional<Refused> noSeat = Seating.refusal(ctx.channel());
        if (noSeat.isPresent()) {
            refuse(ctx, noSeat.get());
            return;
        }
        started.within(timeout, () -> timedOut(ctx));
        ctx.read();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        SocksParser.Message message =
                switch (awaiting) {
                    case GREETING -> SocksParser.greeting(in);
                    case REQUEST -> SocksParser.request(in);
                    case NOTHING -> new SocksParser.Message.Incomplete();
                };
        switch (message) {
            case SocksParser.Message.Incomplete() -> {}
            case SocksParser.Message.Greeting() -> {
                awaiting = Awaiting.REQUEST;
                selectMethod(ctx, SocksParser.NO_AUTHENTICATION);
            }
            case SocksParser.Message.Connect(var destination) -> {
                awaiting = Awaiting.NOTHING;
                Negotiation done = negotiation();
                done.succeeded();
                SocksAnswer answer = new SocksAnswer(ctx.channel(), ways.via());
                Tunnel.open(ctx.channel(), answer, destination, ways, done.begunAt());
                // Last, since what is left here goes to the handler that stands behind us now.
                ctx.pipeline().remove(this);
            }
            case SocksParser.Message.Unacceptable(var refused) -> refuse(ctx, refused);
        }
    }

    private void refuse(ChannelHandlerContext ctx, Refused refused) {
        Awaiting was = awaiting;
        finish(ctx).refused(refused);
        if (was == Awaiting.REQUEST) {
            new SocksAnswer(ctx.channel(), ways.via()).refuse(refused);
        } else if (refused.refusal() == Refusal.NO_ACCEPTABLE_METHOD) {
            LingeringClose.after(selectMethod(ctx, SocksParser.NO_ACCEPTABLE_METHODS));
        } else {
            // Whoever has not sent a greeting understands no answer.
            ctx.close();
        }
    }

    private static ChannelFuture selectMethod(ChannelHandlerContext ctx, byte method) {
        ByteBuf reply = ctx.alloc().buffer(2).writeByte(SocksParser.VERSION).writeByte(method);
        return ctx.channel().writeAndFlush(reply);
    }

    private void timedOut(ChannelHandlerContext ctx) {
        String detail =
                switch (awaiting) {
                    case GREETING -> "no complete greeting in time";
                    case REQUEST, NOTHING -> "no complete request in time";
                };
        finish(ctx).refused(Refused.of(Refusal.NEGOTIATION_TIMED_OUT, detail));
        ctx.close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        super.userEventTriggered(ctx, event);
        if (event instanceof ChannelInputShutdownEvent && awaiting != Awaiting.NOTHING) {
            finish(ctx).clientLeft();
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (awaiting == Awaiting.NOTHING) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        Negotiation ended = finish(ctx);
        if (cause instanceof IOException) {
            ended.clientLeft();
        } else {
            LOG.error("SOCKS5 negotiation failed", cause);
            ended.failed();
        }
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        if (awaiting != Awaiting.NOTHING) {
            finish(ctx).stopped();
        }
    }

    /** Nothing more is read here: what comes is for whoever stands behind us in the pipeline. */
    private Negotiation finish(ChannelHandlerContext ctx) {
        awaiting = Awaiting.NOTHING;
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
        return negotiation();
    }

    private Negotiation negotiation() {
        Negotiation begun = negotiation;
        if (begun == null) {
            throw new IllegalStateException("not active yet");
        }
        return begun;
    }
}
