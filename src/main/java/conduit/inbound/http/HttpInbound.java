package conduit.inbound.http;

import conduit.address.Destination;
import conduit.config.HttpLimits;
import conduit.inbound.Terms;
import conduit.inbound.Unproved;
import conduit.inbound.http.decode.Flaw;
import conduit.inbound.http.decode.RequestDecoder;
import conduit.inbound.http.forward.ClientConnection;
import conduit.inbound.http.forward.Exchange;
import conduit.inbound.http.forward.OriginConnection;
import conduit.inbound.http.message.Asked;
import conduit.inbound.http.message.Fields;
import conduit.inbound.http.message.HttpAnswer;
import conduit.inbound.http.message.MaxForwards;
import conduit.inbound.http.message.SecondChance;
import conduit.relay.Allowance;
import conduit.transport.Defects;
import conduit.transport.LingeringClose;
import conduit.tunnel.Account;
import conduit.tunnel.Ending;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.tunnel.Seating;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks HTTP with one client: waits for a request, hands it to an exchange or a tunnel, and after
 * an exchange waits for the next, for as long as its {@link Waiting} allows. Lives on the client's
 * event loop.
 */
final class HttpInbound extends ChannelInboundHandlerAdapter
        implements Waiting.Watcher, ClientConnection, ProxyAuthentication.Asking {

    private static final Logger LOG = LoggerFactory.getLogger(HttpInbound.class);

    private final RequestDecoder decoder;
    private final ResponseEncoder encoder;
    private final Supplier<Terms> current;
    private final LeavingHttp leaving;
    private final ProxyAuthentication authentication;
    private final Pace pace;

    /** Those of the request; before the first, those of the connection. */
    private Terms terms;

    private @Nullable ChannelHandlerContext context;
    private @Nullable InetSocketAddress clientAddress;
    private @Nullable Waiting waiting;
    private @Nullable Challenge challenge;
    private @Nullable Exchange exchange;
    private @Nullable Destination tunnelTo;
    private Optional<String> user = Optional.empty();
    private Optional<String> via = Optional.empty();
    private boolean left;

    HttpInbound(
            RequestDecoder decoder, ResponseEncoder encoder, Supplier<Terms> current, Pace pace) {
        this.decoder = decoder;
        this.encoder = encoder;
        this.current = current;
        this.terms = current.get();
        this.pace = pace;
        this.leaving = new LeavingHttp(this, decoder, encoder);
        this.authentication = new ProxyAuthentication(this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        waiting = new Waiting(this, ctx.channel(), current);
        HttpClients.ofLoop().add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        HttpClients.ofLoop().remove(this);
        waiting().close();
        authentication.stop();
        pace.end();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        clientAddress = (InetSocketAddress) ctx.channel().remoteAddress();
        Optional<Refused> noSeat = Seating.refusal(ctx.channel());
        if (noSeat.isPresent()) {
            refuseUnread(noSeat.get());
            return;
        }
        waiting().begin();
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case Flaw flaw -> flawed(flaw.asRefusal());
            case HttpRequest request -> request(ctx, request);
            case HttpContent content -> content(ctx, content);
            default -> ReferenceCountUtil.release(message);
        }
    }

    /** Nothing comes behind this: neither the rest of a body nor another request. */
    private void flawed(Refused refused) {
        if (exchange != null) {
            exchange.requestBroken(refused);
        } else {
            refuseUnread(refused);
        }
    }

    private void request(ChannelHandlerContext ctx, HttpRequest request) {
        waiting().end();
        terms = current.get();
        waiting().negotiation().asked(Fields.headline(request));
        encoder.answers(request.method());
        if (terms.ways().via().isIn(request.headers().getAll(HttpHeaderNames.VIA))) {
            refuse(
                    Refused.of(Refusal.WOULD_LOOP, "the request has passed here before")
                            .in(Phase.NEGOTIATION));
            return;
        }
        switch (Asked.of(request)) {
            case Asked.ToDestination asked ->
                    authentication.of(ctx.channel(), request, asked, terms.authenticator());
            case Asked.Otherwise(var refused) -> refuse(refused);
        }
    }

    @Override
    public void identified(
            HttpRequest request, Asked.ToDestination asked, Optional<String> proved) {
        // To compare passwords takes time, in which there may have been a reload.
        terms = current.get();
        Optional<Refused> unserved = Unproved.since(proved, terms.authenticator());
        if (unserved.isPresent()) {
            unidentified(request, asked, unserved.get());
            return;
        }
        waiting().letIn();
        user = proved;
        proved.ifPresent(waiting().negotiation()::proved);
        switch (asked) {
            case Asked.ToConnect(var destination) -> {
                tunnelTo = destination;
                via = Fields.via(request, terms.ways().via());
            }
            case Asked.ToForward forward -> forward(context(), request, forward);
        }
    }

    @Override
    public void unidentified(HttpRequest request, Asked.ToDestination asked, Refused refused) {
        user = Optional.empty();
        account(asked).close(new Ending.TurnedAway(refused), 0, 0);
        SecondChance.MoreIsHere more =
                decoder.holdsBytes() ? SecondChance.MoreIsHere.YES : SecondChance.MoreIsHere.NO;
        if (!SecondChance.isGiven(request, refused.refusal(), more) || !waiting().isTimeLeft()) {
            answerAndLeave(refused);
            return;
        }
        waiting().awaitAnotherAttempt();
        challenge = new Challenge(context().channel().writeAndFlush(HttpAnswer.goingOn(refused)));
        decoder.resumeBody();
    }

    @Override
    public void identifying() {
        waiting().goOn();
        // One read, so that a client that goes away meanwhile is noticed.
        context().read();
    }

    @Override
    public void identifiedLate(ProxyAuthentication.End end) {
        if (left) {
            return;
        }
        if (end == ProxyAuthentication.End.COME) {
            content(context(), LastHttpContent.EMPTY_LAST_CONTENT);
        }
        if (exchange != null && decoder.inputEnded() && !decoder.holdsBytes()) {
            exchange.clientInputEnded();
        }
        // No end of a read is to come that would do it.
        readOn(context());
    }

    private void forward(ChannelHandlerContext ctx, HttpRequest request, Asked.ToForward asked) {
        switch (MaxForwards.of(request)) {
            case MaxForwards.Any() -> beginExchange(ctx, request, asked);
            case MaxForwards.Others(int left) -> {
                request.headers().set(HttpHeaderNames.MAX_FORWARDS, left);
                beginExchange(ctx, request, asked);
            }
            case MaxForwards.Nobody() -> answerOurselves(request, asked);
            case MaxForwards.Malformed() ->
                    refuse(Refused.of(Refusal.MALFORMED_REQUEST, "Max-Forwards is no number"));
        }
    }

    private void beginExchange(
            ChannelHandlerContext ctx, HttpRequest request, Asked.ToForward asked) {
        Exchange begun =
                new Exchange(this, ctx.channel(), request, asked, terms.ways(), account(asked));
        exchange = begun;
        begun.begin();
    }

    /** The client has asked for what the last one on the way says, which we are to be. */
    private void answerOurselves(HttpRequest request, Asked.ToForward asked) {
        leaveAfter(LastHop.answer(context().channel(), request, account(asked)));
    }

    private Account account(Asked.ToDestination asked) {
        return new Account(
                terms.ways().journal(),
                Objects.requireNonNull(clientAddress),
                user,
                asked.inbound(),
                waiting().negotiation().headline(),
                asked.destination(),
                waiting().succeeded());
    }

    private void content(ChannelHandlerContext ctx, HttpContent content) {
        if (exchange != null) {
            exchange.request().content(content);
            return;
        }
        boolean last = content instanceof LastHttpContent;
        content.release();
        if (!last) {
            return;
        }
        if (authentication.isUnderWay()) {
            authentication.requestEnded();
        } else if (challenge != null) {
            challenge.requestEnded(this::awaitRequest);
        } else if (tunnelTo != null) {
            openTunnel(ctx, tunnelTo);
        }
    }

    private void openTunnel(ChannelHandlerContext ctx, Destination destination) {
        left = true;
        ConnectAnswer answer =
                new ConnectAnswer(
                        ctx.channel(), encoder, via, user, waiting().negotiation().headline());
        leaving.byConnect(ctx.channel(), destination, answer, terms.ways(), waiting().succeeded());
    }

    @Override
    public void becomeTunnel(OriginConnection origin, ChannelFuture told, Account account) {
        left = true;
        exchange = null;
        leaving.bySwitch(origin, told, terms.ways(), account);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readOn(ctx);
    }

    private void readOn(ChannelHandlerContext ctx) {
        if (exchange != null) {
            exchange.request().readComplete();
        } else if (challenge != null) {
            if (challenge.wantsMore()) {
                ctx.read();
            }
        } else if (!left && !authentication.isUnderWay()) {
            awaitHead(ctx);
        }
    }

    /** Between requests: the idle deadline gives way to negotiation's at the first byte. */
    private void awaitHead(ChannelHandlerContext ctx) {
        if (!waiting().isForARequest() && decoder.inBegunHead()) {
            waiting().begin();
        }
        ctx.read();
    }

    @Override
    public void negotiationExpired() {
        if (authentication.isUnderWay()) {
            authentication.expire();
            return;
        }
        Refused refused = Refused.of(Refusal.NEGOTIATION_TIMED_OUT, "no complete request in time");
        if (decoder.inBegunHead()) {
            refuseUnread(refused);
        } else {
            // Nobody asked, so nobody is answered: browsers open connections ahead of need.
            waiting().negotiation().refused(refused);
            leave(context());
        }
    }

    @Override
    public void idleTooLong() {
        leave(context());
    }

    /** The same for a request of which not even the method is known, let alone that it is HEAD. */
    private void refuseUnread(Refused refused) {
        encoder.answers(HttpMethod.GET);
        refuse(refused);
    }

    /** Turns away a request that never became an exchange or a tunnel. */
    private void refuse(Refused refused) {
        waiting().negotiation().refused(refused);
        answerAndLeave(refused);
    }

    @Override
    public void decodeMore() {
        decoder.resumeBody();
    }

    @Override
    public Duration longestIdle() {
        return terms.timeouts().httpIdle();
    }

    @Override
    public Optional<Duration> longestSilence() {
        return terms.timeouts().httpResponse();
    }

    @Override
    public HttpLimits limits() {
        return terms.httpLimits();
    }

    @Override
    public Allowance responsePace() {
        return pace.paces().down();
    }

    @Override
    public boolean goesOn() {
        return switch (current.get().afterExchange()) {
            case WAITS -> true;
            case CLOSES -> false;
        };
    }

    @Override
    public void awaitNext() {
        if (goesOn() || decoder.holdsBytes()) {
            awaitRequest();
        } else {
            exchange = null;
            leave(context());
        }
    }

    /** The client is to leave; where it has asked for something more it gets that first. */
    void leaveIfIdle() {
        if (waiting().isIdle() && !decoder.holdsBytes() && !decoder.inBegunHead()) {
            leave(context());
        }
    }

    EventLoop loop() {
        return context().channel().eventLoop();
    }

    private void awaitRequest() {
        exchange = null;
        challenge = null;
        waiting().beIdle(terms.timeouts().httpIdle());
        decoder.nextRequest();
        // What had waited here began without a read whose end would flush it.
        readOn(context());
    }

    @Override
    public void answerAndLeave(Refused refused) {
        leaveAfter(context().channel().writeAndFlush(HttpAnswer.of(refused)));
    }

    @Override
    public void leaveAfter(ChannelFuture lastWrite) {
        left = true;
        exchange = null;
        challenge = null;
        waiting().end();
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
        if (authentication.isUnderWay()) {
            // It may have said everything at once, and the decoder knows.
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
        } else if (waiting().isForARequest()) {
            waiting().negotiation().clientLeft();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            clientLeft();
        } else if (exchange != null) {
            exchange.defect(cause);
        } else {
            Defects.log(LOG, "HTTP negotiation failed", cause);
            waiting().negotiation().failed();
        }
        leave(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        waiting().end();
        if (exchange != null) {
            exchange.closedUnderneath();
        } else if (waiting().isForARequest() && !left) {
            waiting().negotiation().stopped();
        }
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    private Waiting waiting() {
        return Objects.requireNonNull(waiting);
    }
}
