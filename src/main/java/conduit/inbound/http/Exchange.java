package conduit.inbound.http;

import conduit.transport.Errno;
import conduit.tunnel.Account;
import conduit.tunnel.Connector;
import conduit.tunnel.Ending;
import conduit.tunnel.Inbound;
import conduit.tunnel.Outcome;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refused;
import conduit.tunnel.Tunnel;
import conduit.tunnel.Via;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One forwarded request and its response: connecting, forwarding both ways, ended. Each side is
 * read only while the other takes what comes, so a body of any length needs no more memory than a
 * short one. Owns the origin's connection, to which its {@link Approach} leads; the request has its
 * {@link RequestPath}, the response its {@link ResponsePath}, and the client's connection belongs
 * to {@link HttpInbound}. Lives on the client's event loop.
 */
final class Exchange implements Approach.Traveller {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private enum Stage {
        CONNECTING,
        FORWARDING,
        ENDED
    }

    private final HttpInbound inbound;
    private final Channel client;
    private final HttpRequest head;
    private final Asked.ToForward asked;
    private final ResponseTerms terms;
    private final HopOptions options;
    private final Via via;
    private final Account account;
    private final Approach approach;
    private final RequestPath request;

    private Stage stage = Stage.CONNECTING;
    private @Nullable OriginConnection origin;
    private @Nullable ResponsePath response;
    private @Nullable ChannelFuture answer;
    private @Nullable HttpResponse switched;
    private @Nullable Future<?> unfinished;
    private @Nullable Future<?> silence;

    Exchange(
            HttpInbound inbound,
            Channel client,
            HttpRequest head,
            Asked.ToForward asked,
            Tunnel.Ways ways,
            long begunAt) {
        this.inbound = inbound;
        this.client = client;
        this.head = head;
        this.approach =
                new Approach(this, ways.connector(), asked.destination(), client.eventLoop());
        this.request = new RequestPath(this, client);
        this.asked = asked;
        this.terms = ResponseTerms.of(head);
        this.options = HopOptions.of(head);
        this.via = ways.via();
        this.account =
                new Account(
                        ways.journal(),
                        inbound.clientAddress(),
                        Inbound.FORWARD,
                        asked.destination(),
                        begunAt);
    }

    void begin() {
        // One read, so that a client that goes away while we dial is noticed.
        client.read();
        approach.begin();
    }

    @Override
    public void turnedAway(Refused refused) {
        refuse(refused);
    }

    @Override
    public void arrived(Connector.Remote reached) {
        Channel channel = reached.channel();
        if (stage != Stage.CONNECTING) {
            channel.close();
            return;
        }
        stage = Stage.FORWARDING;
        account.reached((InetSocketAddress) channel.remoteAddress());
        origin = HttpPipeline.ofOrigin(reached, inbound.limits());
        response = new ResponsePath(this, origin, client, terms, options, via);
        origin.serve(reached, head.method(), response);
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

    /** The way of the request, for whoever reads it from the client. */
    RequestPath request() {
        return request;
    }

    /** The client's body is not what its framing says. */
    void requestBroken(Refused refused) {
        refuse(refused.in(phase()));
    }

    /** The origin's kernel has all of the request, or takes no more of it. */
    void requestDelivered() {
        if (answer != null) {
            finish(answer);
        } else if (switched != null) {
            originSwitched(switched);
        } else {
            inbound.longestSilence().ifPresent(this::awaitFirstByte);
        }
    }

    /** From here on it is the origin's turn; before, it may have been waiting for the client. */
    private void awaitFirstByte(Duration longest) {
        if (silence == null && request.isWhollyDelivered()) {
            silence =
                    client.eventLoop()
                            .schedule(
                                    () -> giveUpIfSilent(longest),
                                    longest.toNanos(),
                                    TimeUnit.NANOSECONDS);
        }
    }

    private void giveUpIfSilent(Duration longest) {
        if (stage == Stage.FORWARDING && origin != null && origin.isSilent()) {
            refuse(Unanswered.silence(longest, origin.hop(), asked.destination()));
        }
    }

    /**
     * The origin speaks another protocol from here on, as the client has offered; the client may
     * once its request has been sent whole (RFC 9110, section 7.8). What comes behind that on
     * either side waits for the tunnel, as bytes.
     */
    void originSwitched(HttpResponse told) {
        switched = told;
        if (stage != Stage.FORWARDING || origin == null) {
            return;
        }
        if (request.isWhollyDelivered()) {
            stage = Stage.ENDED;
            endRequest();
            client.write(told);
            inbound.becomeTunnel(
                    origin, client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT), account);
        } else if (request.originIsDeaf()) {
            originLeft();
        }
    }

    /** The client takes more of the response, or no more for now. */
    void clientWritabilityChanged() {
        if (response != null) {
            response.readMore();
        }
    }

    /** The end of the response is on its way to the client; the request may still be under way. */
    void answered(ChannelFuture lastWrite) {
        answer = lastWrite;
        if (request.isDelivered()) {
            finish(lastWrite);
            return;
        }
        if (response != null && !response.keepsAlive()) {
            // The client has been told that the connection ends here, so it may.
            lastWrite.addListener(written -> ((DuplexChannel) client).shutdownOutput());
        }
        // What is still under way is given as long as an idle connection.
        unfinished =
                client.eventLoop()
                        .schedule(
                                () -> finish(lastWrite),
                                inbound.longestIdle().toNanos(),
                                TimeUnit.NANOSECONDS);
    }

    /** The origin broke off after its response: what is left of the request has nowhere to go. */
    void originLeft() {
        if (answer != null) {
            finish(answer);
        } else if (switched != null && stage == Stage.FORWARDING && origin != null) {
            String detail = "it left before it had the request that it answered by a switch";
            refuse(Unanswered.because(detail, origin.hop(), asked.destination()));
        }
    }

    private void finish(ChannelFuture lastWrite) {
        if (stage != Stage.FORWARDING || response == null) {
            return;
        }
        stage = Stage.ENDED;
        leaveOrigin(response);
        if (response.keepsAlive()) {
            lastWrite.addListener(write -> completed(lastWrite, inbound::awaitNext));
        } else {
            lastWrite.addListener(write -> completed(lastWrite, () -> {}));
            inbound.leaveAfter(lastWrite);
        }
    }

    private void leaveOrigin(ResponsePath done) {
        if (origin != null && done.originKeepsAlive() && request.isWhollyDelivered()) {
            endRequest();
            origin.giveBack();
        } else {
            closeOrigin();
        }
    }

    private void completed(ChannelFuture lastWrite, Runnable next) {
        if (lastWrite.isSuccess()) {
            journal(ended(Outcome.COMPLETED, Party.REMOTE));
            next.run();
        } else if (!(lastWrite.cause() instanceof ClosedChannelException)) {
            resetClient();
            journal(ended(Outcome.RESET, Party.CLIENT));
        } else {
            journal(ended(Outcome.STOPPED, Party.US));
        }
    }

    /** What the next hop sends is not to be understood, or to be understood in two ways. */
    void originBrokeHttp(String detail) {
        if (stage != Stage.FORWARDING || origin == null) {
            return;
        }
        Refused refused = Unanswered.because(detail, origin.hop(), asked.destination());
        if (responseBegun()) {
            resetAfterWhatThereIs(new Ending.TurnedAway(refused));
        } else {
            refuse(refused);
        }
    }

    /** The origin closed or broke before the response was complete. */
    void originFailed(String detail, Optional<Errno> errno) {
        if (stage != Stage.FORWARDING || origin == null) {
            return;
        }
        if (approach.mayBeginAgain(origin, head, request)) {
            sendAgain(origin);
            return;
        }
        if (!responseBegun()) {
            refuse(
                    Unanswered.because(detail, origin.hop(), asked.destination())
                            .withErrno(errno.map(Errno::name)));
            return;
        }
        resetAfterWhatThereIs(ended(Outcome.RESET, Party.REMOTE));
    }

    /** The client gets what there is, and then a reset: it must not take this for the end. */
    private void resetAfterWhatThereIs(Ending ending) {
        stage = Stage.ENDED;
        closeOrigin();
        client.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(flushed -> {
                    resetClient();
                    journal(ending);
                });
    }

    private void sendAgain(OriginConnection dead) {
        dead.close();
        stage = Stage.CONNECTING;
        response = null;
        stopTimers();
        account.lost();
        request.beginAgain();
        approach.beginAgain();
    }

    /** What a status of the next hop says about us, if it does. */
    Optional<Refused> aboutUs(HttpResponseStatus status) {
        return origin == null ? Optional.empty() : Unanswered.because(status, origin.hop());
    }

    /** The client sent its end of stream, and nothing of it is waiting to be decoded. */
    void clientInputEnded() {
        if (stage == Stage.CONNECTING) {
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
        if (stage == Stage.CONNECTING) {
            clientLeft();
        }
    }

    /** The client's connection broke, or ended in the middle of the request. */
    void clientLeft() {
        if (answer != null && answer.isSuccess()) {
            // It has its answer, and so no reason to send the rest of its request.
            finish(answer);
            return;
        }
        abandon(responseBegun() ? Outcome.RESET : Outcome.CLIENT_LEFT, Party.CLIENT);
    }

    /** A connection was closed by neither side nor us: the event loop is being shut down. */
    void closedUnderneath() {
        abandon(Outcome.STOPPED, Party.US);
    }

    /** An exception that no peer should be able to cause. */
    void defect(Throwable cause) {
        if (stage != Stage.ENDED) {
            LOG.error("exchange failed", cause);
            abandon(Outcome.FAILED, Party.US);
        }
    }

    private void abandon(Outcome outcome, Party by) {
        if (stage == Stage.ENDED) {
            return;
        }
        stage = Stage.ENDED;
        approach.cancel();
        closeOrigin();
        resetClient();
        journal(ended(outcome, by));
    }

    /** Tells the client why there is no response, or resets it when it has a part of one. */
    void refuse(Refused refused) {
        if (stage == Stage.ENDED) {
            return;
        }
        stage = Stage.ENDED;
        approach.cancel();
        closeOrigin();
        if (responseBegun()) {
            resetClient();
        } else {
            inbound.answerAndLeave(refused);
        }
        journal(new Ending.TurnedAway(refused));
    }

    private boolean responseBegun() {
        return response != null && response.begun();
    }

    private void endRequest() {
        request.end();
        stopTimers();
    }

    private void stopTimers() {
        if (unfinished != null) {
            unfinished.cancel(false);
        }
        if (silence != null) {
            silence.cancel(false);
            silence = null;
        }
    }

    private void closeOrigin() {
        endRequest();
        if (origin != null) {
            origin.close();
        }
    }

    private void resetClient() {
        if (client.isOpen()) {
            client.config().setOption(ChannelOption.SO_LINGER, 0);
            client.close();
        }
    }

    private Ending ended(Outcome outcome, Party by) {
        return new Ending.Ended(outcome, by, phase());
    }

    private Phase phase() {
        return response == null ? approach.phase() : Phase.RESPONSE;
    }

    private void journal(Ending ending) {
        account.close(ending, request.delivered(), response == null ? 0 : response.delivered());
    }
}
