package conduit.inbound.http.forward;

import conduit.inbound.http.message.Fields;
import conduit.transport.Errno;
import conduit.transport.Flushes;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request from its client to the origin: reads the client only while the origin
 * takes what comes, or takes nothing any longer. Lives on the event loop of both.
 */
public final class RequestPath {

    private final Exchange exchange;
    private final Channel client;
    private @Nullable Channel origin;

    /** Waits for what comes with it: one write of a head and its end costs less than two. */
    private @Nullable HttpRequest unsentHead;

    private boolean left;
    private boolean ended;
    private boolean bodyBegun;
    private boolean lastPieceDelivered;
    private @Nullable Throwable failedWrite;
    private boolean over;
    private long delivered;
    private long unflushed;

    RequestPath(Exchange exchange, Channel client) {
        this.exchange = exchange;
        this.client = client;
    }

    /** The origin is connected: sends it the head, and the end if that was all. */
    void begin(Channel connected, HttpRequest head) {
        origin = connected;
        unsentHead = head;
        if (ended) {
            deliver(connected, LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** The connection was dead before it had anything: another origin is to come. */
    void beginAgain() {
        origin = null;
        unsentHead = null;
        left = false;
        failedWrite = null;
        lastPieceDelivered = false;
    }

    /** Whether all of it has been read and none of it was body, so that it can be sent again. */
    boolean isWithoutBody() {
        return ended && !bodyBegun;
    }

    /** A piece of the body, or its end. Takes the content over. */
    public void content(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            exchange.requestBroken(
                    Refused.of(Refusal.MALFORMED_REQUEST, "the body cannot be decoded"));
            return;
        }
        if (content instanceof LastHttpContent last) {
            ended = true;
            Fields.removeForbiddenTrailers(last);
        }
        Channel to = origin;
        if (to == null || originIsDeaf() || over) {
            // Before the first origin is connected only the end of a request without a body comes
            // here, and before a second one nothing at all.
            content.release();
            return;
        }
        deliver(to, content);
    }

    private void deliver(Channel to, HttpContent content) {
        int length = content.content().readableBytes();
        boolean last = content instanceof LastHttpContent;
        boolean empty =
                length == 0
                        && content instanceof LastHttpContent end
                        && end.trailingHeaders().isEmpty();
        bodyBegun |= !empty;
        HttpObject piece = empty && unsentHead != null ? whole(unsentHead) : content;
        if (empty) {
            unsentHead = null;
        } else {
            sendHead(to);
        }
        unflushed += length;
        to.write(piece).addListener((ChannelFuture write) -> delivered(write, length, last));
    }

    private static HttpRequest whole(HttpRequest head) {
        return new DefaultFullHttpRequest(
                head.protocolVersion(),
                head.method(),
                head.uri(),
                Unpooled.EMPTY_BUFFER,
                head.headers(),
                EmptyHttpHeaders.INSTANCE);
    }

    private void sendHead(Channel to) {
        HttpRequest head = unsentHead;
        if (head != null) {
            unsentHead = null;
            to.write(head).addListener((ChannelFuture write) -> written(write));
        }
    }

    private void written(ChannelFuture write) {
        left |= write.isSuccess() && write.channel().equals(origin);
        if (!write.isSuccess() && !(write.cause() instanceof IOException)) {
            exchange.defect(write.cause());
        }
    }

    private void delivered(ChannelFuture write, int length, boolean last) {
        if (!write.channel().equals(origin)) {
            // An earlier origin, which was dead.
            return;
        }
        written(write);
        if (write.isSuccess()) {
            delivered += length;
            lastPieceDelivered |= last;
        } else if (failedWrite == null) {
            failedWrite = write.cause();
        }
        if (isDelivered()) {
            exchange.requestDelivered();
        }
        if (originIsDeaf()) {
            // Its answer may be on its way all the same, and the client mostly reads it only once
            // it has sent everything.
            readMore();
        }
    }

    /** Everything that one read from the client held has been passed on. */
    public void readComplete() {
        if (origin != null) {
            sendHead(origin);
            Flushes.soon(origin, unflushed);
            unflushed = 0;
        }
        readMore();
    }

    /** Reads more from the client if the origin takes more, or takes nothing any longer. */
    void readMore() {
        if (!over && !ended && origin != null && (originIsDeaf() || origin.isWritable())) {
            client.read();
        }
    }

    /** Whether the whole request has been read from the client. */
    boolean ended() {
        return ended;
    }

    /** Whether the origin's kernel has its head. */
    boolean hasLeft() {
        return left;
    }

    /** Whether a write to the origin has failed, so that its connection is dead. */
    boolean originIsDeaf() {
        return failedWrite != null;
    }

    /** What the first write to the origin that failed has told of its connection. */
    Optional<Errno> errno() {
        return Errno.of(failedWrite);
    }

    /** Whether the origin's kernel has all of the request, or takes no more of it. */
    boolean isDelivered() {
        return lastPieceDelivered || originIsDeaf();
    }

    /** Whether the origin's kernel has all of the request. */
    boolean isWhollyDelivered() {
        return lastPieceDelivered && !originIsDeaf();
    }

    /** Bytes of the body handed to the origin's socket. */
    long delivered() {
        return delivered;
    }

    /** The exchange is over: nothing more is read or passed on. */
    void end() {
        over = true;
    }
}
