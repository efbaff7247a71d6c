package conduit.inbound.http;

import conduit.address.Destination;
import conduit.config.Timeouts;
import conduit.inbound.http.decode.Flaw;
import conduit.inbound.http.decode.RequestDecoder;
import conduit.transport.LingeringClose;
import conduit.tunnel.Account;
import conduit.tunnel.Handover;
import conduit.tunnel.Inbound;
import conduit.tunnel.Negotiation;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.tunnel.Tunnel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks HTTP with one client: waits for a request, hands it to an exchange or a tunnel, and after
 * an exchange waits for the next. Keeps the two deadlines of waiting: idle until a request begins,
 * negotiation until its head is complete. Lives on the client's event loop.
 */
final class HttpInbound extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(HttpInbound.class);

    private final RequestDecoder decoder;
    private final ResponseEncoder encoder;
    private final Tunnel.Ways ways;
    private final Timeouts timeouts;

    private @Nullable ChannelHandlerContext context;
    private @Nullable InetSocketAddress clientAddress;

    /** Set while a request is due: from accept, later from a request's first byte. */
    private @Nullable Negotiation negotiation;

    private @Nullable Future<?> idleDeadline;
    private @Nullable Exchange exchange;
    private @Nullable Destination tunnelTo;
    private Optional<String> via = Optional.empty();
    private boolean left;

    HttpInbound(
            RequestDecoder decoder, ResponseEncoder encoder, Tunnel.Ways ways, Timeouts timeouts) {
        this.decoder = decoder;
        this.encoder = encoder;
        this.ways = ways;
        this.timeouts = timeouts;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        clientAddress = (InetSocketAddress) ctx.channel().remoteAddress();
        beginNegotiation(ctx);
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case Flaw flaw -> flawed(ctx, flaw.asRefusal());
            case HttpRequest request -> request(ctx, request);
            case HttpContent content -> content(ctx, content);
            default -> ReferenceCountUtil.release(message);
        }
    }

    /** Nothing comes behind this: neither the rest of a body nor another request. */
    private void flawed(ChannelHandlerContext ctx, Refused refused) {
        if (exchange != null) {
            exchange.requestBroken(refused);
        } else {
            refuseUnread(ctx, refused);
        }
    }

    private void request(ChannelHandlerContext ctx, HttpRequest request) {
        clearIdleDeadline();
        encoder.answers(request.method());
        if (ways.via().isIn(request.headers().getAll(HttpHeaderNames.VIA))) {
            refuse(
                    ctx,
                    Refused.of(Refusal.WOULD_LOOP, "the request has passed here before")
                            .in(Phase.NEGOTIATION));
            return;
        }
        switch (Asked.of(request)) {
            case Asked.ToConnect(var destination) -> {
                tunnelTo = destination;
                via = Fields.via(request, ways.via());
            }
            case Asked.ToForward forward -> {
                Negotiation done = currentNegotiation(ctx);
                done.succeeded();
                negotiation = null;
                Exchange begun =
                        new Exchange(this, ctx.channel(), request, forward, ways, done.begunAt());
                exchange = begun;
                begun.begin();
            }
            case Asked.Otherwise(var refused) -> refuse(ctx, refused);
        }
    }

    private void content(ChannelHandlerContext ctx, HttpContent content) {
        if (exchange != null) {
            exchange.request().content(content);
            return;
        }
        boolean last = content instanceof LastHttpContent;
        content.release();
        if (last && tunnelTo != null) {
            openTunnel(ctx, tunnelTo);
        }
    }

    /** The CONNECT is complete: what the decoder still holds belongs to the tunnel. */
    private void openTunnel(ChannelHandlerContext ctx, Destination destination) {
        Channel client = ctx.channel();
        Negotiation done = currentNegotiation(ctx);
        done.succeeded();
        stepAside();
        ConnectAnswer answer = new ConnectAnswer(client, encoder, via);
        Tunnel.open(client, answer, destination, ways, done.begunAt());
        letGo();
    }

    /** The client's connection becomes a byte stream: leaves the pipeline to whoever comes now. */
    private void stepAside() {
        left = true;
        exchange = null;
        Objects.requireNonNull(context).pipeline().remove(this);
    }

    /** What the client sent behind its request comes out at the end of the pipeline. */
    private void letGo() {
        ChannelPipeline pipeline = Objects.requireNonNull(context).pipeline();
        pipeline.remove(decoder);
        if (decoder.inputEnded()) {
            pipeline.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    /** The client has been told that its connection speaks another protocol from here on. */
    void becomeTunnel(OriginConnection origin, ChannelFuture told, Account account) {
        Channel client = told.channel();
        stepAside();
        Handover handover = new Handover(client, origin.stepAside(), ways.relay(), account);
        letGo();
        origin.letGo();
        client.pipeline().remove(encoder);
        handover.after(told);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.request().readComplete();
        } else if (!left) {
            awaitHead(ctx);
        }
    }

    /** Between requests: the idle deadline gives way to negotiation's at the first byte. */
    private void awaitHead(ChannelHandlerContext ctx) {
        if (negotiation == null && decoder.inBegunHead()) {
            clearIdleDeadline();
            beginNegotiation(ctx);
        }
        ctx.read();
    }

    private void beginNegotiation(ChannelHandlerContext ctx) {
        Negotiation begun = new Negotiation(ctx.channel(), Inbound.HTTP, ways.journal());
        begun.within(timeouts.negotiation(), () -> negotiationExpired(ctx));
        negotiation = begun;
    }

    private void negotiationExpired(ChannelHandlerContext ctx) {
        Refused refused = Refused.of(Refusal.NEGOTIATION_TIMED_OUT, "no complete request in time");
        if (decoder.inBegunHead()) {
            refuseUnread(ctx, refused);
        } else {
            // Nobody asked, so nobody is answered: browsers open connections ahead of need.
            currentNegotiation(ctx).refused(refused);
            left = true;
            ctx.close();
        }
    }

    /** The same for a request of which not even the method is known, let alone that it is HEAD. */
    private void refuseUnread(ChannelHandlerContext ctx, Refused refused) {
        encoder.answers(HttpMethod.GET);
        refuse(ctx, refused);
    }

    /** Turns away a request that never became an exchange or a tunnel. */
    private void refuse(ChannelHandlerContext ctx, Refused refused) {
        currentNegotiation(ctx).refused(refused);
        answerAndLeave(refused);
    }

    /** Decodes on: the exchange wants the body that may wait in the decoder. */
    void decodeMore() {
        decoder.resumeBody();
    }

    /** How long a connection may be idle between requests. */
    Duration longestIdle() {
        return timeouts.httpIdle();
    }

    InetSocketAddress clientAddress() {
        return Objects.requireNonNull(clientAddress);
    }

    /** The exchange is over and its response delivered: the next request may come. */
    void awaitNext() {
        ChannelHandlerContext ctx = Objects.requireNonNull(context);
        exchange = null;
        idleDeadline =
                ctx.executor()
                        .schedule(
                                () -> leave(ctx),
                                timeouts.httpIdle().toNanos(),
                                TimeUnit.NANOSECONDS);
        decoder.nextRequest();
        if (exchange != null) {
            // It had waited here, so that no end of a read is to come that would flush it.
            exchange.request().readComplete();
        } else if (!left) {
            awaitHead(ctx);
        }
    }

    /** Answers with a refusal and closes. */
    void answerAndLeave(Refused refused) {
        leaveAfter(Objects.requireNonNull(context).channel().writeAndFlush(HttpAnswer.of(refused)));
    }

    /** Closes once this has been written and read; what the client still sends is thrown away. */
    void leaveAfter(ChannelFuture lastWrite) {
        left = true;
        exchange = null;
        clearIdleDeadline();
        LingeringClose.after(lastWrite);
        lastWrite.channel().pipeline().remove(this);
        lastWrite.channel().pipeline().remove(decoder);
    }

    private void leave(ChannelHandlerContext ctx) {
        left = true;
        ctx.close();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.clientWritabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        if (exchange == null) {
            clientLeft();
            leave(ctx);
        } else if (!decoder.holdsBytes()) {
            exchange.clientInputEnded();
        }
    }

    private void clientLeft() {
        if (exchange != null) {
            exchange.clientLeft();
        } else if (negotiation != null) {
            negotiation.clientLeft();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            clientLeft();
        } else if (exchange != null) {
            exchange.defect(cause);
        } else {
            LOG.error("HTTP negotiation failed", cause);
            currentNegotiation(ctx).failed();
        }
        leave(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        clearIdleDeadline();
        if (exchange != null) {
            exchange.closedUnderneath();
        } else if (negotiation != null && !left) {
            negotiation.stopped();
        }
    }

    /** A head that came in one piece between requests has not begun one yet. */
    private Negotiation currentNegotiation(ChannelHandlerContext ctx) {
        if (negotiation == null) {
            negotiation = new Negotiation(ctx.channel(), Inbound.HTTP, ways.journal());
        }
        return negotiation;
    }

    private void clearIdleDeadline() {
        if (idleDeadline != null) {
            idleDeadline.cancel(false);
            idleDeadline = null;
        }
    }
}
