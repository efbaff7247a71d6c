package conduit.inbound.http.message;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;

/**
 * How many more may pass a request on: a TRACE or OPTIONS may say it, to find out who is on the way
 * (RFC 9110, section 7.6.2). With other methods the field means nothing. Pure.
 */
public sealed interface MaxForwards {

    /** A larger number than anybody could mean becomes this one, as the RFC allows. */
    int MOST = 999_999_999;

    int MOST_DIGITS = 9;

    /** As many as it takes. */
    record Any() implements MaxForwards {}

    /** None: the request is for us. */
    record Nobody() implements MaxForwards {}

    /**
     * So many, when we have.
     *
     * @param left what the next one is to read
     */
    record Others(int left) implements MaxForwards {}

    /** Not a number. */
    record Malformed() implements MaxForwards {}

    /** What the request says. */
    static MaxForwards of(HttpRequest request) {
        boolean counts =
                request.method().equals(HttpMethod.TRACE)
                        || request.method().equals(HttpMethod.OPTIONS);
        if (!counts) {
            return new Any();
        }
        List<String> values = request.headers().getAll(HttpHeaderNames.MAX_FORWARDS);
        if (values.isEmpty()) {
            return new Any();
        }
        String value = values.getFirst();
        boolean digits = value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (values.size() > 1 || value.isEmpty() || !digits) {
            return new Malformed();
        }
        String number = value.replaceFirst("^0+", "");
        if (number.isEmpty()) {
            return new Nobody();
        }
        int received = number.length() > MOST_DIGITS ? MOST : Integer.parseInt(number);
        return new Others(received - 1);
    }
}
