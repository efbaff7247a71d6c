package conduit.inbound.http.message;

import conduit.tunnel.Refusal;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;

/**
 * Whether a client that is turned away may ask again on the same connection, as browsers do once
 * their user has given a password. Pure.
 */
public final class SecondChance {

    /** Rather thrown away than answered with a new connection, which costs about as much. */
    private static final int LONGEST_BODY = 65_536;

    private SecondChance() {}

    /**
     * Only where another request can mend it, and where it is sure where this one ends.
     *
     * @param moreIsHere whether something has come behind the head already
     */
    public static boolean isGiven(HttpRequest request, Refusal refusal, MoreIsHere moreIsHere) {
        boolean mendable =
                refusal == Refusal.AUTHENTICATION_REQUIRED || refusal == Refusal.WRONG_CREDENTIALS;
        return mendable
                && Fields.wantsKeepAlive(request)
                && !request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                && (isWithoutBody(request) || isToBeSentAnyway(request))
                // What a client sends behind a CONNECT before it is answered is no request.
                && !(request.method().equals(HttpMethod.CONNECT) && moreIsHere == MoreIsHere.YES);
    }

    /** Whether something has come behind a head. */
    public enum MoreIsHere {
        YES,
        NO
    }

    private static boolean isWithoutBody(HttpRequest request) {
        return !request.headers().contains(HttpHeaderNames.CONTENT_LENGTH);
    }

    /** RFC 9110, section 10.1.1: one that waits for a 100 may send its body or not. */
    private static boolean isToBeSentAnyway(HttpRequest request) {
        List<String> lengths = request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
        return lengths.size() == 1
                && lengths.getFirst().matches("\\d{1,5}")
                && Integer.parseInt(lengths.getFirst()) <= LONGEST_BODY
                && !request.method().equals(HttpMethod.CONNECT)
                && !request.headers().contains(HttpHeaderNames.EXPECT);
    }
}
