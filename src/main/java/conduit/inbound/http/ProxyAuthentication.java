package conduit.inbound.http;

import conduit.inbound.Unproved;
import conduit.inbound.http.message.Asked;
import conduit.inbound.http.message.ProxyCredentials;
import conduit.tunnel.Refused;
import conduit.users.Authenticator;
import conduit.users.Claim;
import conduit.users.Verdict;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the head of a request and its being carried out: whether its client is who it
 * says. Each request on a connection is asked for itself (RFC 9110, section 11.7). Lives on the
 * client's event loop.
 */
final class ProxyAuthentication {

    /** Who has the request, and is told. */
    interface Asking {

        /** It may be carried out. */
        void identified(HttpRequest request, Asked.ToDestination asked, Optional<String> user);

        /** It may not. */
        void unidentified(HttpRequest request, Asked.ToDestination asked, Refused refused);

        /** It takes time; nothing more of the client is wanted meanwhile. */
        void identifying();

        /** One of the first two, which came after some time, has been told. */
        void identifiedLate(End end);
    }

    /** Whether a request's end has been decoded. */
    enum End {
        COME,
        DUE
    }

    private record Pending(
            HttpRequest request, Asked.ToDestination asked, Future<Verdict> verdict) {}

    private final Asking asking;
    private @Nullable Pending pending;
    private End end = End.DUE;

    ProxyAuthentication(Asking asking) {
        this.asking = asking;
    }

    /**
     * A request has come; the asking one is told, mostly at once.
     *
     * @param authenticator who knows the users; everybody is served without
     */
    void of(
            Channel client,
            HttpRequest request,
            Asked.ToDestination asked,
            Optional<Authenticator> authenticator) {
        if (authenticator.isEmpty()) {
            asking.identified(request, asked, Optional.empty());
            return;
        }
        switch (ProxyCredentials.of(request)) {
            case ProxyCredentials.Given(var claim) ->
                    verify(authenticator.get(), claim, client, request, asked);
            case ProxyCredentials.Missing(var refused) ->
                    asking.unidentified(request, asked, refused);
        }
    }

    private void verify(
            Authenticator by,
            Claim claim,
            Channel client,
            HttpRequest request,
            Asked.ToDestination asked) {
        InetSocketAddress address = (InetSocketAddress) client.remoteAddress();
        Future<Verdict> verdict = by.verify(claim, address.getAddress(), client.eventLoop());
        Pending waiting = new Pending(request, asked, verdict);
        if (verdict.isSuccess()) {
            tell(waiting, verdict.getNow());
            return;
        }
        pending = waiting;
        end = End.DUE;
        asking.identifying();
        verdict.addListener((Future<Verdict> told) -> {
            if (told.isSuccess() && waiting.equals(pending)) {
                pending = null;
                tell(waiting, told.getNow());
                asking.identifiedLate(end);
            }
        });
    }

    private void tell(Pending request, Verdict verdict) {
        switch (verdict) {
            case Verdict.Proved(String user) ->
                    asking.identified(request.request(), request.asked(), Optional.of(user));
            case Verdict.Wrong() -> turnAway(request, Unproved.wrong());
            case Verdict.TooBusy() -> turnAway(request, Unproved.tooBusy());
        }
    }

    private void turnAway(Pending request, Refused refused) {
        asking.unidentified(request.request(), request.asked(), refused);
    }

    /** Whether a request waits to be identified. */
    boolean isUnderWay() {
        return pending != null;
    }

    /** The end of the request that waits has been decoded. */
    void requestEnded() {
        end = End.COME;
    }

    /** It has taken too long. */
    void expire() {
        Pending waiting = pending;
        if (waiting != null) {
            stop();
            turnAway(waiting, Unproved.tooLate());
        }
    }

    /** Nobody wants to know any more. */
    void stop() {
        if (pending != null) {
            pending.verdict().cancel(false);
            pending = null;
        }
    }
}
