package conduit.inbound.http.message;

import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/**
 * The responses that conduit makes itself. A refusal has the status of its kind, a Proxy-Status
 * field for programs (RFC 9209) and one line of text for people. It ends the connection, but for
 * one that the client may mend by another request.
 */
public final class HttpAnswer {

    /** RFC 5842, section 7.2, which Netty has no phrase for. */
    private static final HttpResponseStatus LOOP_DETECTED =
            new HttpResponseStatus(508, "Loop Detected");

    /** RFC 7617, section 2 and 2.1. */
    private static final String CHALLENGE = "Basic realm=\"conduit\", charset=\"UTF-8\"";

    private HttpAnswer() {}

    /** The answer to a request that is refused, behind which the connection ends. */
    public static FullHttpResponse of(Refused refused) {
        FullHttpResponse response = goingOn(refused);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }

    /** The same, and the next request may come on the connection. */
    public static FullHttpResponse goingOn(Refused refused) {
        Kind kind = kind(refused.refusal());
        String text = "conduit: " + refused.refusal().label() + ": " + refused.told() + "\n";
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        kind.status(),
                        Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        response.headers()
                .set(
                        "Proxy-Status",
                        "conduit; error=" + kind.error() + "; details=" + quoted(refused.told()))
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        if (kind.status().equals(HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED)) {
            response.headers().set(HttpHeaderNames.PROXY_AUTHENTICATE, CHALLENGE);
        }
        if (refused.refusal() == Refusal.CLIENT_RATE_LIMIT) {
            // RFC 6585, section 4. It counts by the second.
            response.headers().setInt(HttpHeaderNames.RETRY_AFTER, 1);
        }
        return response;
    }

    private record Kind(HttpResponseStatus status, String error) {}

    /** Status and RFC 9209 error type (section 2.3), with its parameter, of each refusal. */
    private static Kind kind(Refusal refusal) {
        return switch (refusal) {
            case MALFORMED_REQUEST,
                    UNSUPPORTED_ADDRESS_TYPE,
                    NO_ACCEPTABLE_METHOD,
                    NOT_REDIRECTED ->
                    kind(400, "http_request_error");
            case AUTHENTICATION_REQUIRED, WRONG_CREDENTIALS -> kind(407, "http_request_denied");
            case TOO_BUSY_TO_AUTHENTICATE -> kind(503, "proxy_internal_error");
            case NEGOTIATION_TIMED_OUT -> kind(408, "http_request_error");
            case REQUEST_LINE_TOO_LONG -> kind(414, "http_request_error");
            case HEADER_TOO_LARGE -> kind(431, "http_request_error");
            case UNSUPPORTED_CODING, UNSUPPORTED_SCHEME, UNSUPPORTED_COMMAND ->
                    kind(501, "http_request_error");
            case UNSUPPORTED_VERSION -> kind(505, "http_request_error");
            case DENIED_BY_RULE -> kind(403, "http_request_denied");
            case GUARDED_ADDRESS -> kind(403, "destination_ip_prohibited");
            case NAME_NOT_FOUND -> kind(502, "dns_error; rcode=\"NXDOMAIN\"");
            case NAME_LOOKUP_FAILED -> kind(502, "dns_error");
            case NAME_LOOKUP_TIMED_OUT -> kind(504, "dns_timeout");
            case CONNECTION_REFUSED -> kind(502, "connection_refused");
            case NETWORK_UNREACHABLE, HOST_UNREACHABLE -> kind(502, "destination_ip_unroutable");
            case CONNECT_TIMED_OUT -> kind(504, "connection_timeout");
            // Not 407: the client's own credentials are not at fault.
            case CONNECT_FAILED, PARENT_CREDENTIALS_REFUSED, PARENT_REFUSED, PARENT_FAILED ->
                    kind(502, "proxy_internal_error");
            case PARENT_TIMED_OUT -> kind(504, "proxy_internal_error");
            case UNTRUSTED_CERTIFICATE -> kind(502, "tls_certificate_error");
            case TLS_FAILED -> kind(502, "tls_protocol_error");
            case TLS_TIMED_OUT -> kind(504, "connection_timeout");
            case WOULD_LOOP -> new Kind(LOOP_DETECTED, "proxy_loop_detected");
            case CLIENT_RATE_LIMIT -> kind(429, "connection_limit_reached");
            case CLIENT_CONNECTION_LIMIT, USER_CONNECTION_LIMIT, OUT_OF_DESCRIPTORS ->
                    kind(503, "connection_limit_reached");
            case ORIGIN_FAILED -> kind(502, "http_protocol_error");
            case RESPONSE_TIMED_OUT -> kind(504, "http_response_timeout");
        };
    }

    private static Kind kind(int status, String error) {
        return new Kind(HttpResponseStatus.valueOf(status), error);
    }

    /** A string as RFC 9651, section 3.3.3, writes it; what is told is printable ASCII. */
    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
