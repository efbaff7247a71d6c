package conduit.inbound.http.forward;

import conduit.inbound.http.decode.Flaw;
import conduit.inbound.http.message.Fields;
import conduit.inbound.http.message.HopOptions;
import conduit.inbound.http.message.ResponseTerms;
import conduit.transport.BrokenOffException;
import conduit.transport.Errno;
import conduit.transport.Flushes;
import conduit.tunnel.Refused;
import conduit.tunnel.Via;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way of one response from its origin to the client: reads the origin only while the client
 * takes what comes, and tells the exchange how it ends. Lives on the event loop of both.
 */
final class ResponsePath {

    private final Exchange exchange;
    private final OriginConnection origin;
    private final Channel client;
    private final Via via;
    private final HopOptions options;
    private ResponseTerms terms;
    private @Nullable HttpResponse switching;
    private boolean interim;
    private boolean begun;
    private boolean dropsBody;
    private boolean originKeepsAlive;
    private boolean over;
    private long delivered;
    private long unflushed;

    ResponsePath(
            Exchange exchange,
            OriginConnection origin,
            Channel client,
            ResponseTerms terms,
            HopOptions options,
            Via via) {
        this.exchange = exchange;
        this.origin = origin;
        this.client = client;
        this.terms = terms;
        this.options = options;
        this.via = via;
    }

    /** Whether the client has been given the head of a final response. */
    boolean begun() {
        return begun;
    }

    /** Bytes of the body handed to the client's socket. */
    long delivered() {
        return delivered;
    }

    /** Whether the client's connection goes on after the response. */
    boolean keepsAlive() {
        return terms.keepAlive();
    }

    /** Whether the origin's connection goes on after the response, which was read to its end. */
    boolean originKeepsAlive() {
        return originKeepsAlive;
    }

    void read(Object message) {
        if (over) {
            ReferenceCountUtil.release(message);
            return;
        }
        switch (message) {
            case Flaw flaw -> breaksHttp("its answer is not sound HTTP: " + flaw.detail());
            case HttpObject part when part.decoderResult().isFailure() -> {
                ReferenceCountUtil.release(part);
                breaksHttp("its answer cannot be decoded");
            }
            case HttpResponse head -> head(head);
            case HttpContent content -> content(content);
            default -> ReferenceCountUtil.release(message);
        }
    }

    private void head(HttpResponse head) {
        if (head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            switchProtocols(head);
            return;
        }
        Optional<Refused> aboutUs = exchange.aboutUs(head.status());
        if (aboutUs.isPresent()) {
            over = true;
            exchange.refuse(aboutUs.get());
            return;
        }
        interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (interim) {
            Fields.passOn(head, via);
        } else {
            begun = true;
            exchange.originAnswers();
            // The encoder writes none, and says so with a length of 0: clients do not agree on
            // whether there may be one (RFC 9110, section 15.3.6).
            dropsBody = head.status().equals(HttpResponseStatus.RESET_CONTENT);
            originKeepsAlive = origin.endsItself() && Fields.wantsKeepAlive(head);
            // Of a request whose answer came early, the rest would have to be read first.
            terms = exchange.request().ended() ? terms : terms.closing();
            applyTerms(head);
        }
        if (!interim || terms.speaks11()) {
            client.write(head);
        }
    }

    private void switchProtocols(HttpResponse head) {
        List<String> protocols = HopOptions.named(head);
        if (!options.offered(protocols)) {
            breaksHttp(
                    options.upgrades().isEmpty()
                            ? "it switched protocols unasked"
                            : "it switched to a protocol that was not offered, or says not to which");
            return;
        }
        Fields.passOn(head, via);
        // RFC 9110, section 8.6: there is none in it.
        head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        head.setProtocolVersion(HttpVersion.HTTP_1_1);
        HopOptions.nameUpgrades(head, protocols);
        switching = head;
    }

    /** RFC 9110, section 15.5.22: a client that is to upgrade is told to what. */
    private void applyTerms(HttpResponse head) {
        List<String> required =
                terms.speaks11() && head.status().equals(HttpResponseStatus.UPGRADE_REQUIRED)
                        ? HopOptions.upgradesIn(head)
                        : List.of();
        terms.apply(head, via);
        HopOptions.nameUpgrades(head, required);
    }

    private void content(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (switching != null) {
            // It has no body, so this is its end.
            content.release();
            over = true;
            exchange.originSwitched(switching);
            return;
        }
        if (last && !origin.endsItself() && exchange.request().originIsDeaf()) {
            // A reset, of which a write has heard already: what looks like the end is none.
            content.release();
            resetByOrigin(exchange.request().errno());
            return;
        }
        if (content instanceof LastHttpContent end) {
            Fields.removeForbiddenTrailers(end);
        }
        if (interim) {
            interim = !last;
            if (terms.speaks11()) {
                client.write(content);
            } else {
                content.release();
            }
            return;
        }
        if (dropsBody) {
            dropped(content);
            return;
        }
        pass(content);
    }

    /** Of a body that the client does not get, only the end counts. */
    private void dropped(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        content.release();
        if (last) {
            pass(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    private void pass(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        int length = content.content().readableBytes();
        unflushed += length;
        ChannelFuture written = client.write(content);
        written.addListener((ChannelFuture write) -> delivered(write, length));
        if (last) {
            over = true;
            flush();
            exchange.answered(written);
            // One read more, so that a break is noticed while the request goes on.
            origin.read();
        }
    }

    private void flush() {
        Flushes.soon(client, unflushed);
        unflushed = 0;
    }

    private void delivered(ChannelFuture write, int length) {
        if (write.isSuccess()) {
            delivered += length;
        } else if (!(write.cause() instanceof ClosedChannelException)) {
            exchange.clientLeft();
        }
    }

    /** Whether the origin has been asked, so that what it says can be an answer. */
    boolean isAsked() {
        return exchange.request().hasLeft();
    }

    /** The origin has said something before it was asked: this is no answer. */
    void spokenUnasked() {
        over = true;
        exchange.originSpokeUnasked();
    }

    /** Everything that one read from the origin held has been passed on. */
    void readComplete() {
        if (!over) {
            flush();
            readMore();
        }
    }

    /** Reads more from the origin if the client takes more. */
    void readMore() {
        if (!over && client.isWritable()) {
            origin.read();
        }
    }

    /** The origin takes more of the request, or no more for now. */
    void originWritabilityChanged() {
        exchange.request().readMore();
    }

    /** The origin has sent its end of stream. */
    void inputEnded() {
        if (exchange.request().originIsDeaf()) {
            resetByOrigin(exchange.request().errno());
        } else if (!over) {
            fail("it closed before its answer was complete");
        }
        // An origin that has answered may still read the rest of the request; a write tells if not.
    }

    /** A read from the origin failed, or a handler. */
    void broken(Throwable cause) {
        switch (cause) {
            case BrokenOffException known -> fail(known.what() + " before its answer was complete");
            case IOException unknown -> resetByOrigin(Errno.of(unknown));
            default -> exchange.defect(cause);
        }
    }

    /** The origin's connection is closed. */
    void closed() {
        if (exchange.request().originIsDeaf()) {
            resetByOrigin(exchange.request().errno());
        } else {
            exchange.closedUnderneath();
        }
    }

    private void resetByOrigin(Optional<Errno> errno) {
        fail("it reset the connection before its answer was complete", errno);
    }

    private void breaksHttp(String detail) {
        over = true;
        exchange.originBrokeHttp(detail);
    }

    private void fail(String detail) {
        fail(detail, Optional.empty());
    }

    private void fail(String detail, Optional<Errno> errno) {
        if (over) {
            exchange.originLeft();
        } else {
            over = true;
            exchange.originFailed(detail, errno);
        }
    }
}
