package conduit.inbound.socks;

import conduit.address.Destination;
import conduit.config.Inbound;
import conduit.inbound.Terms;
import conduit.inbound.Unproved;
import conduit.transport.Defects;
import conduit.transport.LingeringClose;
import conduit.tunnel.Negotiation;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.tunnel.Seating;
import conduit.tunnel.Tunnel;
import conduit.users.Authenticator;
import conduit.users.Claim;
import conduit.users.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks SOCKS5 with one client until its request has been read, then leaves the pipeline; bytes
 * behind the request go on to the tunnel. Lives on the client's event loop.
 */
public final class SocksInbound extends ByteToMessageDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(SocksInbound.class);

    private static final int GRANTED = 0;
    private static final int DENIED = 1;

    private enum Awaiting {
        GREETING,
        CREDENTIALS,
        VERDICT,
        REQUEST,
        NOTHING
    }

    private final Supplier<Terms> current;
    private final Optional<Authenticator> authenticator;
    private @Nullable Negotiation negotiation;
    private @Nullable Future<Verdict> verdict;
    private Awaiting awaiting = Awaiting.GREETING;
    private Optional<String> user = Optional.empty();
    private boolean inputEnded;

    /**
     * For one connection.
     *
     * @param current the terms of the moment; those of its accept say whether it has to
     *     authenticate itself
     */
    public SocksInbound(Supplier<Terms> current) {
        this.current = current;
        this.authenticator = current.get().authenticator();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Negotiation started = new Negotiation(ctx.channel(), Inbound.SOCKS5, ways().journal());
        negotiation = started;
        Optional<Refused> noSeat = Seating.refusal(ctx.channel());
        if (noSeat.isPresent()) {
            refuse(ctx, noSeat.get());
            return;
        }
        Duration longest = current.get().timeouts().negotiation();
        started.within(longest, () -> timedOut(ctx));
        ctx.read();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        SocksParser.Message message =
                switch (awaiting) {
                    case GREETING -> SocksParser.greeting(in, method());
                    case CREDENTIALS -> SocksParser.credentials(in);
                    case REQUEST -> SocksParser.request(in);
                    case VERDICT, NOTHING -> new SocksParser.Message.Incomplete();
                };
        switch (message) {
            case SocksParser.Message.Incomplete() -> {}
            case SocksParser.Message.Greeting() -> {
                awaiting = authenticator.isPresent() ? Awaiting.CREDENTIALS : Awaiting.REQUEST;
                answer(ctx, SocksParser.VERSION, method());
            }
            case SocksParser.Message.Credentials(var claim) -> verify(ctx, claim);
            case SocksParser.Message.Connect(var destination) ->
                    Unproved.since(user, current.get().authenticator())
                            .ifPresentOrElse(
                                    refused -> refuse(ctx, refused), () -> open(ctx, destination));
            case SocksParser.Message.Unacceptable(var refused) -> refuse(ctx, refused);
        }
    }

    private void open(ChannelHandlerContext ctx, Destination destination) {
        awaiting = Awaiting.NOTHING;
        Negotiation done = negotiation();
        done.succeeded();
        Tunnel.Ways ways = ways();
        SocksAnswer answer = new SocksAnswer(ctx.channel(), ways.via(), user);
        Tunnel.open(ctx.channel(), answer, destination, ways, done.begunAt());
        // Last, since what is left here goes to the handler that stands behind us now.
        ctx.pipeline().remove(this);
    }

    private Tunnel.Ways ways() {
        return current.get().ways();
    }

    private byte method() {
        return authenticator.isPresent()
                ? SocksParser.USER_AND_PASSWORD
                : SocksParser.NO_AUTHENTICATION;
    }

    private void verify(ChannelHandlerContext ctx, Claim claim) {
        InetSocketAddress client = (InetSocketAddress) ctx.channel().remoteAddress();
        Future<Verdict> asked =
                authenticator
                        .orElseThrow()
                        .verify(claim, client.getAddress(), ctx.channel().eventLoop());
        if (asked.isSuccess()) {
            judged(ctx, asked.getNow());
            return;
        }
        awaiting = Awaiting.VERDICT;
        verdict = asked;
        // One read, so that a client that goes away meanwhile is noticed.
        ctx.read();
        asked.addListener((Future<Verdict> told) -> {
            if (told.isSuccess() && awaiting == Awaiting.VERDICT) {
                judged(ctx, told.getNow());
                readOn(ctx);
            }
        });
    }

    private void judged(ChannelHandlerContext ctx, Verdict found) {
        switch (found) {
            case Verdict.Proved(String name) -> {
                user = Optional.of(name);
                negotiation().proved(name);
                awaiting = Awaiting.REQUEST;
                answer(ctx, SocksParser.CREDENTIALS_VERSION, GRANTED);
            }
            case Verdict.Wrong() -> deny(ctx, Unproved.wrong());
            case Verdict.TooBusy() -> deny(ctx, Unproved.tooBusy());
        }
    }

    /** RFC 1929, section 2: a failure, whatever its reason, is told and closes the connection. */
    private void deny(ChannelHandlerContext ctx, Refused refused) {
        finish(ctx).refused(refused);
        LingeringClose.after(answer(ctx, SocksParser.CREDENTIALS_VERSION, DENIED));
    }

    /** What waited here for the verdict is decoded as if it came now, and an end of stream too. */
    private void readOn(ChannelHandlerContext ctx) {
        if (ctx.isRemoved()) {
            return;
        }
        ctx.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER);
        if (inputEnded) {
            ctx.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        } else if (!ctx.isRemoved()) {
            ctx.read();
        }
    }

    private void refuse(ChannelHandlerContext ctx, Refused refused) {
        Awaiting was = awaiting;
        finish(ctx).refused(refused);
        if (was == Awaiting.REQUEST) {
            new SocksAnswer(ctx.channel(), ways().via(), user).refuse(refused);
        } else if (was == Awaiting.CREDENTIALS) {
            LingeringClose.after(answer(ctx, SocksParser.CREDENTIALS_VERSION, DENIED));
        } else if (refused.refusal() == Refusal.NO_ACCEPTABLE_METHOD
                || refused.refusal() == Refusal.AUTHENTICATION_REQUIRED) {
            LingeringClose.after(
                    answer(ctx, SocksParser.VERSION, SocksParser.NO_ACCEPTABLE_METHODS));
        } else {
            // Whoever has not sent a greeting understands no answer.
            ctx.close();
        }
    }

    private static ChannelFuture answer(ChannelHandlerContext ctx, byte version, int what) {
        ByteBuf reply = ctx.alloc().buffer(2).writeByte(version).writeByte(what);
        return ctx.channel().writeAndFlush(reply);
    }

    private void timedOut(ChannelHandlerContext ctx) {
        switch (awaiting) {
            case GREETING -> tooLate(ctx, "no complete greeting in time");
            case CREDENTIALS -> tooLate(ctx, "no complete user and password in time");
            case VERDICT -> deny(ctx, Unproved.tooLate());
            case REQUEST, NOTHING -> tooLate(ctx, "no complete request in time");
        }
    }

    private void tooLate(ChannelHandlerContext ctx, String detail) {
        finish(ctx).refused(Refused.of(Refusal.NEGOTIATION_TIMED_OUT, detail));
        ctx.close();
    }

    /** Netty's own would read on while nothing is decoded: without bound, as long as we wait. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (awaiting == Awaiting.VERDICT) {
            ctx.fireChannelReadComplete();
        } else {
            super.channelReadComplete(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent && awaiting == Awaiting.VERDICT) {
            // It may have said everything at once, and what it said waits here.
            inputEnded = true;
            return;
        }
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
            Defects.log(LOG, "SOCKS5 negotiation failed", cause);
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
        if (verdict != null) {
            verdict.cancel(false);
        }
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
