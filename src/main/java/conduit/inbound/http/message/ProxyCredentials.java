package conduit.inbound.http.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import conduit.inbound.Unproved;
import conduit.tunnel.Refused;
import conduit.users.Claim;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Who a request says its client is, by Basic (RFC 7617, section 2). Pure. */
public sealed interface ProxyCredentials {

    /** What stands in front of the credentials; schemes know no case (RFC 9110, section 11.1). */
    String BASIC = "basic ";

    /** A user and a password. */
    record Given(Claim claim) implements ProxyCredentials {}

    /** None, or none that can be read. */
    record Missing(Refused refused) implements ProxyCredentials {}

    /** Reads a request. */
    static ProxyCredentials of(HttpRequest request) {
        List<String> values = request.headers().getAll(HttpHeaderNames.PROXY_AUTHORIZATION);
        if (values.isEmpty()) {
            return new Missing(Unproved.required("the request does not say whose it is"));
        }
        if (values.size() > 1) {
            return new Missing(Unproved.unreadable("there is more than one Proxy-Authorization"));
        }
        String value = values.getFirst();
        if (!value.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return new Missing(Unproved.required("only Basic is accepted as Proxy-Authorization"));
        }
        return basic(value.substring(BASIC.length()).strip());
    }

    private static ProxyCredentials basic(String token) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(token.getBytes(ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return new Missing(Unproved.unreadable("the credentials are not base64"));
        }
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == ':') {
                return new Given(
                        new Claim(
                                Arrays.copyOf(bytes, i),
                                Arrays.copyOfRange(bytes, i + 1, bytes.length)));
            }
        }
        return new Missing(
                Unproved.unreadable("there is no colon between the user and the password"));
    }
}
