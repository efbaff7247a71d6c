package conduit.inbound.http.message;

import conduit.address.Destination;
import conduit.tunnel.Connector.NextHop;
import conduit.tunnel.Party;
import conduit.tunnel.Phase;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * Why the client gets no response from the next hop of its request, in words that name that hop as
 * those about a handshake do. Pure.
 */
public final class Unanswered {

    /** Of a parent's status and reason, which may be 16 KiB. */
    private static final int LONGEST_WORDS = 80;

    private Unanswered() {}

    /**
     * It closed, reset or broke HTTP.
     *
     * @param what goes on after its name and a colon: {@code it closed before ...}
     */
    public static Refused because(String what, NextHop hop, Destination destination) {
        return switch (hop) {
            case NextHop.Origin() -> Refused.of(Refusal.ORIGIN_FAILED, destination + ": " + what);
            case NextHop.HttpParent(var at, var _) ->
                    byParent(Refusal.PARENT_FAILED, at, ": " + what);
        };
    }

    /** It has the whole request, and has said nothing for so long. */
    public static Refused silence(Duration length, NextHop hop, Destination destination) {
        String what = ": no answer within " + Refused.written(length);
        return switch (hop) {
            case NextHop.Origin() -> Refused.of(Refusal.RESPONSE_TIMED_OUT, destination + what);
            case NextHop.HttpParent(var at, var _) ->
                    byParent(Refusal.RESPONSE_TIMED_OUT, at, what).by(Party.PARENT);
        };
    }

    /** What a status says if it is about us and not the client, who cannot give what it wants. */
    public static Optional<Refused> because(HttpResponseStatus status, NextHop hop) {
        return switch (hop) {
            case NextHop.HttpParent(var at, var authorization)
                    when status.equals(HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED) -> {
                String verb =
                        authorization.isPresent()
                                ? " refuses the credentials: "
                                : " wants credentials, and there are none: ";
                yield Optional.of(
                        byParent(Refusal.PARENT_CREDENTIALS_REFUSED, at, verb + words(status)));
            }
            case NextHop.HttpParent _, NextHop.Origin _ -> Optional.empty();
        };
    }

    private static Refused byParent(Refusal refusal, Destination parent, String what) {
        return Refused.of(refusal, "parent " + parent + what).in(Phase.RESPONSE);
    }

    private static String words(HttpResponseStatus status) {
        String words = status.toString().strip();
        return words.length() <= LONGEST_WORDS ? words : words.substring(0, LONGEST_WORDS) + "...";
    }
}
