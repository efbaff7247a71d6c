package conduit.inbound.http.forward;

import conduit.config.Inbound;
import conduit.config.Upstream;
import conduit.inbound.http.message.Asked;
import conduit.inbound.http.message.HopOptions;
import conduit.inbound.http.message.ResponseTerms;
import conduit.inbound.http.message.Unanswered;
import conduit.relay.Allowance;
import conduit.transport.Defects;
import conduit.transport.Errno;
import conduit.tunnel.Account;
import conduit.tunnel.Admission;
import conduit.tunnel.Admissions;
import conduit.tunnel.Connector;
import conduit.tunnel.Outcome;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.tunnel.Tunnel;
import conduit.tunnel.Via;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One forwarded request and its response, from the request's head until its {@link ExchangeEnd}.
 * Each side is read only while the other takes what comes, so a body of any length needs no more
 * memory than a short one. Its {@link Approach} leads to a connection to the origin; the request
 * has its {@link RequestPath}, the response its {@link ResponsePath}, and the client's connection
 * belongs to {@link ClientConnection}. Lives on the client's event loop.
 */
public final class Exchange implements Approach.Traveller {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private final ClientConnection inbound;
    private final Channel client;
    private final HttpRequest head;
    private final Asked.ToForward asked;
    private final ResponseTerms terms;
    private final HopOptions options;
    private final Via via;
    private final Upstream upstream;
    private final Account account;
    private final Admission admission;
    private final Approach approach;
    private final RequestPath request;
    private final ExchangeWaits waits;
    private final ExchangeEnd end;

    /** Null while it is on its way to a connection. */
    private @Nullable Serving serving;

    private @Nullable ChannelFuture answer;
    private @Nullable HttpResponse switched;

    /** One that has not begun; its account is open. */
    public Exchange(
            ClientConnection inbound,
            Channel client,
            HttpRequest head,
            Asked.ToForward asked,
            Tunnel.Ways ways,
            Account account) {
        this.inbound = inbound;
        this.client = client;
        this.head = head;
        this.asked = asked;
        this.terms = ResponseTerms.of(head);
        this.via = ways.via();
        this.upstream = ways.upstream();
        Connector.Wire wire = asked.wire(head, via);
        this.options = HopOptions.of(head, wire);
        this.account = account;
        this.admission =
                ways.admissions().of(client, Inbound.FORWARD, asked.destination(), account);
        this.approach =
                new Approach(
                        this,
                        ways.connector(),
                        asked.destination(),
                        wire,
                        admission,
                        client.eventLoop());
        this.request = new RequestPath(this, client);
        this.waits = new ExchangeWaits(client.eventLoop());
        this.end = new ExchangeEnd(inbound, client, approach, request, waits, account);
        account.carriedOutBy(new ExchangeProgress(this, client));
    }

    /** Sets out to reach the destination, if the client may. */
    public void begin() {
        Optional<Refused> refusal = admission.refusal();
        if (refusal.isPresent()) {
            refuse(refusal.get());
            return;
        }
        // One read, so that a client that goes away while we dial is noticed.
        client.read();
        account.sentBy(upstream);
        approach.begin();
    }

    @Override
    public void entered(Phase phase) {
        account.entered(phase);
    }

    @Override
    public void turnedAway(Refused refused) {
        refuse(refused);
    }

    @Override
    public void arrived(Connector.Remote reached) {
        Channel channel = reached.channel();
        if (end.hasCome()) {
            channel.close();
            return;
        }
        account.reached((InetSocketAddress) channel.remoteAddress());
        Optional<Refused> refusal = admission.reached(reached.dialled());
        if (refusal.isPresent()) {
            channel.close();
            refuse(refusal.get());
            return;
        }
        Allowance pace = inbound.responsePace();
        OriginConnection origin = OriginPipeline.of(reached, inbound.limits(), pace);
        ResponsePath response = new ResponsePath(this, origin, client, terms, options, via);
        serving = new Serving(origin, response);
        origin.serve(reached, head.method(), response, pace);
        request.begin(channel, approach.isSecond() ? head : headFor(reached.hop()));
        if (!request.ended()) {
            inbound.decodeMore();
        }
        if (approach.tookTime()) {
            request.readComplete();
        } // Otherwise it is being decoded, and what it brings is flushed with the end of the read.
        channel.read();
    }

    private HttpRequest headFor(Connector.NextHop hop) {
        HttpRequest forHop = asked.forHop(head, hop, via);
        options.applyTo(forHop);
        return forHop;
    }

    /** Whether the client's connection may wait for another request. */
    boolean clientGoesOn() {
        return inbound.goesOn();
    }

    /** The way of the request, for whoever reads it from the client. */
    public RequestPath request() {
        return request;
    }

    /** The client's body is not what its framing says. */
    public void requestBroken(Refused refused) {
        refuse(refused.in(end.phase(serving)));
    }

    /** The origin's kernel has all of the request, or takes no more of it. */
    void requestDelivered() {
        if (answer != null) {
            finish(answer);
        } else if (switched != null) {
            switchProtocols(switched);
        } else if (request.isWhollyDelivered() && serving != null) {
            // Only now it is the origin's turn; before, it may have been waiting for the client.
            Serving now = serving;
            inbound.longestSilence()
                    .ifPresent(longest ->
                            new AnswerDeadline(
                                            longest, waits, now, () -> giveUpSilent(longest, now))
                                    .begin());
        }
    }

    private void giveUpSilent(Duration longest, Serving now) {
        refuse(Unanswered.silence(longest, now.origin().hop(), asked.destination()));
    }

    /** The client takes more of the response, or no more for now. */
    public void clientWritabilityChanged() {
        if (serving != null) {
            serving.response().readMore();
        }
    }

    /**
     * The origin speaks another protocol from here on, as the client has offered; the client may
     * once its request has been sent whole (RFC 9110, section 7.8). What comes behind that on
     * either side waits for the tunnel, as bytes.
     */
    void originSwitched(HttpResponse told) {
        switched = told;
        if (request.isDelivered()) {
            switchProtocols(told);
        } else {
            // As behind a response that came early.
            waits.forRestOfRequest(inbound.longestIdle(), this::giveUpRestOfRequest);
        }
    }

    private void switchProtocols(HttpResponse told) {
        if (serving == null || end.hasCome()) {
            return;
        }
        if (request.isWhollyDelivered()) {
            end.byTunnel(told, serving);
        } else {
            originLeft();
        }
    }

    private void giveUpRestOfRequest() {
        refuse(
                Refused.of(
                                Refusal.MALFORMED_REQUEST,
                                "the rest of the request did not come, and its answer, a switch of"
                                        + " protocols, waits for it")
                        .in(Phase.RESPONSE));
    }

    /** The head of the final response has come. */
    void originAnswers() {
        account.heard(System.nanoTime());
    }

    /** The end of the response is on its way to the client; the request may still be under way. */
    void answered(ChannelFuture lastWrite) {
        answer = lastWrite;
        if (request.isDelivered()) {
            finish(lastWrite);
            return;
        }
        if (serving != null && !serving.response().keepsAlive()) {
            // The client has been told that the connection ends here, so it may.
            lastWrite.addListener(written -> ((DuplexChannel) client).shutdownOutput());
        }
        // What is still under way is given as long as an idle connection.
        waits.forRestOfRequest(inbound.longestIdle(), () -> finish(lastWrite));
    }

    private void finish(ChannelFuture lastWrite) {
        if (serving != null) {
            end.byResponse(lastWrite, serving);
        }
    }

    /** The origin broke off after its response: what is left of the request has nowhere to go. */
    void originLeft() {
        if (answer != null) {
            finish(answer);
        } else if (switched != null && serving != null) {
            refuse(
                    unanswered(
                            "it left before it had the request that it answered by a switch",
                            serving));
        }
    }

    /** What the next hop sends is not to be understood, or to be understood in two ways. */
    void originBrokeHttp(String detail) {
        if (serving == null || end.hasCome()) {
            return;
        }
        Refused refused = unanswered(detail, serving);
        if (serving.response().begun()) {
            end.byBreak(refused, serving);
        } else {
            refuse(refused);
        }
    }

    /** The origin closed or broke before the response was complete. */
    void originFailed(String detail, Optional<Errno> errno) {
        if (serving == null || end.hasCome()) {
            return;
        }
        if (approach.mayBeginAgain(serving.origin(), head, request)) {
            sendAgain(serving.origin());
        } else if (serving.response().begun()) {
            end.byBreak(serving);
        } else {
            refuse(unanswered(detail, serving).withErrno(errno.map(Errno::name)));
        }
    }

    /**
     * A connection that had served before has said something after it was looked at and before it
     * had the request, which so can go elsewhere.
     */
    void originSpokeUnasked() {
        if (serving == null || end.hasCome()) {
            return;
        }
        if (request.isWithoutBody()) {
            sendAgain(serving.origin());
        } else {
            refuse(unanswered("it spoke before it was asked", serving));
        }
    }

    private Refused unanswered(String detail, Serving hop) {
        return Unanswered.because(detail, hop.origin().hop(), asked.destination());
    }

    private void sendAgain(OriginConnection dead) {
        dead.close();
        serving = null;
        waits.stop();
        account.lost();
        request.beginAgain();
        approach.beginAgain();
    }

    /** What a status of the next hop says about us, if it does. */
    Optional<Refused> aboutUs(HttpResponseStatus status) {
        return serving == null
                ? Optional.empty()
                : Unanswered.because(status, serving.origin().hop());
    }

    /** The client sent its end of stream, and nothing of it is waiting to be decoded. */
    public void clientInputEnded() {
        if (serving == null) {
            client.eventLoop()
                    .schedule(
                            this::leaveIfConnecting,
                            Tunnel.HALF_CLOSED_GRACE.toMillis(),
                            TimeUnit.MILLISECONDS);
        } else if (!request.ended()) {
            clientLeft();
        }
    }

    private void leaveIfConnecting() {
        if (serving == null) {
            clientLeft();
        }
    }

    /** The client's connection broke, or ended in the middle of the request. */
    public void clientLeft() {
        if (answer != null && answer.isSuccess()) {
            // It has its answer, and so no reason to send the rest of its request.
            finish(answer);
            return;
        }
        boolean hasAPart = serving != null && serving.response().begun();
        leave(hasAPart ? Outcome.RESET : Outcome.CLIENT_LEFT, Party.CLIENT);
    }

    /** A connection was closed by neither side nor us: the event loop is being shut down. */
    public void closedUnderneath() {
        leave(Outcome.STOPPED, Party.US);
    }

    /** An exception that no peer should be able to cause. */
    public void defect(Throwable cause) {
        if (!end.hasCome()) {
            Defects.log(LOG, "exchange failed", cause);
            leave(Outcome.FAILED, Party.US);
        }
    }

    /** How far it has come. */
    Phase phase() {
        return end.phase(serving);
    }

    /** What serves it, once it has arrived there. */
    Optional<Serving> serving() {
        return Optional.ofNullable(serving);
    }

    /** What is still to be dialled is judged by these. */
    void judgedBy(Admissions next) {
        admission.judgedBy(next);
    }

    /** Ends it, as our doing, unless it has ended. */
    void endFor(Outcome outcome) {
        leave(outcome, Party.US);
    }

    private void leave(Outcome outcome, Party by) {
        end.byGoingAway(outcome, by, serving);
    }

    /** There is to be no response. */
    void refuse(Refused refused) {
        end.byRefusal(refused, serving);
    }
}
