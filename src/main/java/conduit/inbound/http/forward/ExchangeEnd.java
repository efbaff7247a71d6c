package conduit.inbound.http.forward;

import conduit.tunnel.Account;
import conduit.tunnel.Ending;
import conduit.tunnel.Outcome;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refused;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * The end of one exchange, of which there is exactly one: what becomes of the client's connection
 * and of the origin's, and what the journal says. Whoever comes second does nothing. Lives on the
 * client's event loop.
 */
final class ExchangeEnd {

    private final ClientConnection inbound;
    private final Channel client;
    private final Approach approach;
    private final RequestPath request;
    private final ExchangeWaits waits;
    private final Account account;
    private boolean come;

    ExchangeEnd(
            ClientConnection inbound,
            Channel client,
            Approach approach,
            RequestPath request,
            ExchangeWaits waits,
            Account account) {
        this.inbound = inbound;
        this.client = client;
        this.approach = approach;
        this.request = request;
        this.waits = waits;
        this.account = account;
    }

    /** Whether it has come. */
    boolean hasCome() {
        return come;
    }

    /** The request was delivered as far as it will be, and the last of the response written. */
    void byResponse(ChannelFuture lastWrite, Serving serving) {
        if (come) {
            return;
        }
        begin();
        if (serving.response().originKeepsAlive() && request.isWhollyDelivered()) {
            serving.origin().giveBack();
        } else {
            serving.origin().close();
        }
        if (serving.response().keepsAlive()) {
            lastWrite.addListener(write -> completed(lastWrite, serving, inbound::awaitNext));
        } else {
            lastWrite.addListener(write -> completed(lastWrite, serving, () -> {}));
            inbound.leaveAfter(lastWrite);
        }
    }

    private void completed(ChannelFuture lastWrite, Serving serving, Runnable next) {
        if (lastWrite.isSuccess()) {
            journal(ended(Outcome.COMPLETED, Party.REMOTE, serving), serving);
            next.run();
        } else if (!(lastWrite.cause() instanceof ClosedChannelException)) {
            resetClient();
            journal(ended(Outcome.RESET, Party.CLIENT, serving), serving);
        } else {
            journal(ended(Outcome.STOPPED, Party.US, serving), serving);
        }
    }

    /** Both sides go on as a tunnel, which writes the journal; the client is told with this. */
    void byTunnel(HttpResponse told, Serving serving) {
        begin();
        client.write(told);
        ChannelFuture last = client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        inbound.becomeTunnel(serving.origin(), last, account);
    }

    /** The origin has left in the middle of its response. */
    void byBreak(Serving serving) {
        resetAfterWhatThereIs(ended(Outcome.RESET, Party.REMOTE, serving), serving);
    }

    /** The rest of the response is not to be understood. */
    void byBreak(Refused refused, Serving serving) {
        resetAfterWhatThereIs(new Ending.TurnedAway(refused), serving);
    }

    /** The client gets what there is, and then a reset: it must not take this for the end. */
    private void resetAfterWhatThereIs(Ending ending, Serving serving) {
        leaveOrigin(serving);
        client.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(flushed -> {
                    resetClient();
                    journal(ending, serving);
                });
    }

    /** The client is told why there is no response, or reset when it has a part of one. */
    void byRefusal(Refused refused, @Nullable Serving serving) {
        if (come) {
            return;
        }
        leaveOrigin(serving);
        if (serving != null && serving.response().begun()) {
            resetClient();
        } else {
            inbound.answerAndLeave(refused);
        }
        journal(new Ending.TurnedAway(refused), serving);
    }

    /** Nobody is told anything. */
    void byGoingAway(Outcome outcome, Party by, @Nullable Serving serving) {
        if (come) {
            return;
        }
        leaveOrigin(serving);
        resetClient();
        journal(ended(outcome, by, serving), serving);
    }

    private void leaveOrigin(@Nullable Serving serving) {
        begin();
        approach.cancel();
        if (serving != null) {
            serving.origin().close();
        }
    }

    private void begin() {
        come = true;
        request.end();
        waits.stop();
    }

    private void resetClient() {
        if (client.isOpen()) {
            client.config().setOption(ChannelOption.SO_LINGER, 0);
            client.close();
        }
    }

    private Ending ended(Outcome outcome, Party by, @Nullable Serving serving) {
        return new Ending.Ended(outcome, by, phase(serving));
    }

    /** How far the exchange has come. */
    Phase phase(@Nullable Serving serving) {
        return serving == null ? approach.phase() : Phase.RESPONSE;
    }

    private void journal(Ending ending, @Nullable Serving serving) {
        account.close(
                ending, request.delivered(), serving == null ? 0 : serving.response().delivered());
    }
}
