package conduit.inbound.http;

import conduit.relay.Side;
import conduit.tunnel.Connector;
import conduit.tunnel.Ending;
import conduit.tunnel.Inbound;
import conduit.tunnel.Journal;
import conduit.tunnel.Outcome;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.tunnel.Tunnel;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One forwarded request and its response: connecting, forwarding both ways, ended. Each side is
 * read only while the other takes what comes, so a body of any length needs no more memory than a
 * short one. Owns the origin's connection; the client's belongs to {@link HttpInbound}. Lives on
 * the client's event loop.
 */
final class Exchange implements Connector.Caller {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private enum Phase {
        CONNECTING,
        FORWARDING,
        ENDED
    }

    private final HttpInbound inbound;
    private final Channel client;
    private final HttpRequest request;
    private final Asked.ToForward asked;
    private final Tunnel.Ways ways;
    private final long startedAt;
    private final boolean clientSpeaks11;

    private Phase phase = Phase.CONNECTING;
    private Connector.@Nullable Attempt attempt;
    private @Nullable Channel origin;
    private @Nullable InetSocketAddress originAddress;
    private boolean keepAlive;
    private boolean requestEnded;
    private boolean originDeaf;
    private boolean responseBegun;
    private boolean interim;
    private long bytesUp;
    private long bytesDown;

    Exchange(
            HttpInbound inbound,
            Channel client,
            HttpRequest request,
            Asked.ToForward asked,
            Tunnel.Ways ways,
            long startedAt) {
        this.inbound = inbound;
        this.client = client;
        this.request = request;
        this.asked = asked;
        this.ways = ways;
        this.startedAt = startedAt;
        this.clientSpeaks11 = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        this.keepAlive = Fields.wantsKeepAlive(request);
    }

    void begin() {
        // One read, so that a client that goes away while we dial is noticed.
        client.read();
        attempt = ways.connector().connect(asked.destination(), client.eventLoop(), this);
    }

    @Override
    public void failed(Refused refused) {
        refuse(refused);
    }

    @Override
    public void connected(Channel channel) {
        phase = Phase.FORWARDING;
        origin = channel;
        originAddress = (InetSocketAddress) channel.remoteAddress();
        HttpPipeline.ofOrigin(channel, this);
        channel.write(forOrigin(request));
        if (requestEnded) {
            channel.write(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        channel.flush();
        channel.read();
        if (!requestEnded) {
            inbound.decodeMore();
            wantRequestBody();
        }
    }

    private HttpRequest forOrigin(HttpRequest head) {
        Fields.removeHopByHop(head);
        head.setUri(asked.originForm());
        head.setProtocolVersion(HttpVersion.HTTP_1_1);
        head.headers()
                // RFC 9112, section 3.2.2: what the target says counts, whatever Host said.
                .set(HttpHeaderNames.HOST, asked.authority())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return head;
    }

    /** A piece of the request's body, or its end. Takes the content over. */
    void requestContent(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            refuse(new Refused(Refusal.MALFORMED_REQUEST, "the body cannot be decoded"));
            return;
        }
        requestEnded |= content instanceof LastHttpContent;
        Channel to = origin;
        if (to == null || originDeaf || phase != Phase.FORWARDING) {
            // Before the origin is connected only the end of a request without a body comes here.
            content.release();
            return;
        }
        int length = content.content().readableBytes();
        to.write(content)
                .addListener(write -> {
                    if (write.isSuccess()) {
                        bytesUp += length;
                    } else {
                        // Its answer may be on its way all the same.
                        originDeaf = true;
                        wantRequestBody();
                    }
                });
    }

    /** Everything that one read from the client held has been passed on. */
    void clientReadComplete() {
        if (origin != null) {
            origin.flush();
        }
        wantRequestBody();
    }

    /** Reads more of the request if the origin takes more, or takes nothing any longer. */
    void wantRequestBody() {
        if (phase == Phase.FORWARDING && !requestEnded && origin != null) {
            if (originDeaf || origin.isWritable()) {
                client.read();
            }
        }
    }

    /** Something of the response. Takes the message over. */
    void originSent(HttpObject message) {
        if (phase != Phase.FORWARDING) {
            ReferenceCountUtil.release(message);
        } else if (message.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            originFailed("its answer is not valid HTTP");
        } else if (message instanceof HttpResponse head) {
            responseHead(head);
        } else if (message instanceof HttpContent content) {
            responseContent(content);
        }
    }

    private void responseHead(HttpResponse head) {
        String coding = head.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
        if (coding != null && !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding)) {
            originFailed("its answer has a transfer coding other than chunked");
            return;
        }
        if (head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            originFailed("it switched protocols unasked");
            return;
        }
        Fields.removeHopByHop(head);
        head.setProtocolVersion(HttpVersion.HTTP_1_1);
        interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!interim) {
            responseBegun = true;
            frame(head);
        }
        if (!interim || clientSpeaks11) {
            client.write(head);
        }
    }

    /** Decides how the client will know the end of the body, and whether it may go on after it. */
    private void frame(HttpResponse head) {
        boolean hasLength = head.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
        if (clientSpeaks11) {
            HttpUtil.setTransferEncodingChunked(head, !hasLength && mayHaveBody(head));
        } else {
            HttpUtil.setTransferEncodingChunked(head, false);
            keepAlive &= hasLength || !mayHaveBody(head);
        }
        // Of a request whose answer came early, the rest would have to be read first.
        keepAlive &= requestEnded;
        if (!keepAlive) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (!clientSpeaks11) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private boolean mayHaveBody(HttpResponse head) {
        int status = head.status().code();
        return !inbound.answersHead() && status != 204 && status != 304;
    }

    private void responseContent(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (interim) {
            interim = !last;
            if (clientSpeaks11) {
                client.writeAndFlush(content);
            } else {
                content.release();
            }
            return;
        }
        int length = content.content().readableBytes();
        ChannelFuture written = client.write(content);
        written.addListener((ChannelFuture write) -> {
            if (write.isSuccess()) {
                bytesDown += length;
            }
        });
        if (last) {
            answered(written);
        }
    }

    private void answered(ChannelFuture lastWrite) {
        phase = Phase.ENDED;
        closeOrigin();
        client.flush();
        if (!keepAlive) {
            inbound.leaveAfter(lastWrite);
        }
        lastWrite.addListener(write -> {
            if (!write.isSuccess()) {
                journal(new Ending.Ended(Outcome.RESET, Side.CLIENT));
                return;
            }
            journal(new Ending.Ended(Outcome.COMPLETED, Side.REMOTE));
            if (keepAlive) {
                inbound.awaitNext();
            }
        });
    }

    /** Everything that one read from the origin held has been passed on. */
    void originReadComplete() {
        if (phase == Phase.FORWARDING) {
            client.flush();
            wantResponse();
        }
    }

    /** Reads more of the response if the client takes more. */
    void wantResponse() {
        if (phase == Phase.FORWARDING && origin != null && client.isWritable()) {
            origin.read();
        }
    }

    /** The origin closed, broke, or broke HTTP before the response was complete. */
    void originFailed(String detail) {
        if (phase != Phase.FORWARDING) {
            return;
        }
        if (!responseBegun) {
            refuse(new Refused(Refusal.ORIGIN_FAILED, asked.destination() + ": " + detail));
            return;
        }
        phase = Phase.ENDED;
        closeOrigin();
        journal(new Ending.Ended(Outcome.RESET, Side.REMOTE));
        // The client gets what there is, and then a reset: it must not take this for the end.
        client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> resetClient());
    }

    private void resetClient() {
        if (client.isOpen()) {
            client.config().setOption(ChannelOption.SO_LINGER, 0);
            client.close();
        }
    }

    /** The client sent its end of stream, and nothing of it is waiting to be decoded. */
    void clientInputEnded() {
        if (phase == Phase.CONNECTING) {
            client.eventLoop()
                    .schedule(
                            this::leaveIfConnecting,
                            Tunnel.HALF_CLOSED_GRACE.toMillis(),
                            TimeUnit.MILLISECONDS);
        } else if (!requestEnded) {
            clientLeft();
        }
    }

    private void leaveIfConnecting() {
        if (phase == Phase.CONNECTING) {
            clientLeft();
        }
    }

    /** The client's connection broke, or ended in the middle of the request. */
    void clientLeft() {
        abandon(responseBegun ? Outcome.RESET : Outcome.CLIENT_LEFT, Side.CLIENT);
    }

    /** A connection was closed by neither side nor us: the event loop is being shut down. */
    void closedUnderneath() {
        abandon(Outcome.STOPPED, Side.US);
    }

    /** An exception that no peer should be able to cause. */
    void defect(Throwable cause) {
        LOG.error("exchange failed", cause);
        abandon(Outcome.FAILED, Side.US);
    }

    private void abandon(Outcome outcome, Side by) {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        if (attempt != null) {
            attempt.cancel();
        }
        closeOrigin();
        resetClient();
        journal(new Ending.Ended(outcome, by));
    }

    private void refuse(Refused refused) {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        closeOrigin();
        if (responseBegun) {
            resetClient();
        } else {
            inbound.answerAndLeave(refused);
        }
        journal(new Ending.TurnedAway(refused));
    }

    private void closeOrigin() {
        if (origin != null) {
            origin.close();
        }
    }

    private void journal(Ending ending) {
        ways.journal()
                .write(
                        new Journal.Entry(
                                inbound.clientAddress(),
                                Inbound.FORWARD,
                                Optional.of(asked.destination()),
                                Optional.ofNullable(originAddress),
                                ending,
                                bytesUp,
                                bytesDown,
                                Duration.ofNanos(System.nanoTime() - startedAt)));
    }
}
