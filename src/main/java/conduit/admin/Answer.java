package conduit.admin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a request is answered with. */
final class Answer {

    static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpResponseStatus status;
    private final String contentType;
    private final byte[] body;
    private final Map<CharSequence, String> fields;

    private Answer(
            HttpResponseStatus status,
            String contentType,
            byte[] body,
            Map<CharSequence, String> fields) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
        this.fields = fields;
    }

    HttpResponseStatus status() {
        return status;
    }

    String contentType() {
        return contentType;
    }

    /** Not to be changed. */
    byte[] body() {
        return body;
    }

    /** Fields beside those that every answer has. */
    Map<CharSequence, String> fields() {
        return fields;
    }

    static Answer ok(String contentType, byte[] body) {
        return new Answer(HttpResponseStatus.OK, contentType, body, Map.of());
    }

    static Answer json(String body) {
        return ok(JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    /** A line for people, and for programs that look at the status only. */
    static Answer text(HttpResponseStatus status, String line) {
        return new Answer(status, TEXT, (line + "\n").getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** It was done, and there is nothing to say. */
    static Answer done() {
        return new Answer(HttpResponseStatus.NO_CONTENT, TEXT, new byte[0], Map.of());
    }

    /** Something is wrong with the request; the words are not those of the request. */
    static Answer error(HttpResponseStatus status, String words) {
        return new Answer(
                status,
                JSON,
                Json.object(object -> object.name("error").value(words))
                        .getBytes(StandardCharsets.UTF_8),
                Map.of());
    }

    static Answer notFound() {
        return error(HttpResponseStatus.NOT_FOUND, "there is nothing here");
    }

    static Answer notAllowed(String methods) {
        return error(HttpResponseStatus.METHOD_NOT_ALLOWED, "only " + methods)
                .with(HttpHeaderNames.ALLOW, methods);
    }

    /** It cannot be answered now, and may be asked again. */
    static Answer busy(String words) {
        return error(HttpResponseStatus.SERVICE_UNAVAILABLE, words)
                .with(HttpHeaderNames.RETRY_AFTER, "1");
    }

    /** With one more field. */
    Answer with(CharSequence name, String value) {
        Map<CharSequence, String> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Answer(status, contentType, body, more);
    }
}
