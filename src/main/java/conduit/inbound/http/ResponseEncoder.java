package conduit.inbound.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/** Encodes responses, and knows that the answer to HEAD has no body whatever its fields say. */
final class ResponseEncoder extends HttpResponseEncoder {

    private HttpMethod answered = HttpMethod.GET;

    /** Names the method of the request that the next responses answer. */
    void answers(HttpMethod method) {
        answered = method;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
        return answered.equals(HttpMethod.HEAD) || super.isContentAlwaysEmpty(response);
    }
}
