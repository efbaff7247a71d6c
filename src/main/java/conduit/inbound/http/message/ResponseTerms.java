package conduit.inbound.http.message;

import conduit.tunnel.Via;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/**
 * What a request settles about its response: whether the answer has a body, how the client learns
 * where that ends, and whether the connection goes on afterwards (RFC 9112, sections 6.3 and 9.3).
 *
 * @param speaks11 whether the client understands chunked bodies and interim responses
 * @param keepAlive whether the client wants to go on using its connection
 */
public record ResponseTerms(HttpMethod method, boolean speaks11, boolean keepAlive) {

    /** What this request settles. */
    public static ResponseTerms of(HttpRequest request) {
        return new ResponseTerms(
                request.method(),
                request.protocolVersion().equals(HttpVersion.HTTP_1_1),
                Fields.wantsKeepAlive(request));
    }

    /** The same, but with the connection ending after the response. */
    public ResponseTerms closing() {
        return new ResponseTerms(method, speaks11, false);
    }

    /**
     * Makes the head of an origin's final response into the one for the client: end-to-end fields
     * only, our version, and framing that this client understands. To one that speaks HTTP/1.0 the
     * end of a body of unknown length is the end of the connection, which is never kept alive.
     */
    public void apply(HttpResponse head, Via via) {
        Fields.passOn(head, via);
        head.setProtocolVersion(HttpVersion.HTTP_1_1);
        HttpHeaders headers = head.headers();
        boolean needsFraming =
                mayHaveBody(head) && !headers.contains(HttpHeaderNames.CONTENT_LENGTH);
        HttpUtil.setTransferEncodingChunked(head, needsFraming && speaks11);
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    /** Whether a response with this head has a body at all (RFC 9110, section 6.4.1). */
    public boolean mayHaveBody(HttpResponse head) {
        int status = head.status().code();
        return !method.equals(HttpMethod.HEAD) && status != 204 && status != 304;
    }
}
