package conduit.inbound.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which fields go on, and whether the connection does. */
class FieldsTest {

    @Test
    void removesWhatIsMeantForOneConnection() {
        assertThat(
                        passedOn(
                                "Connection: keep-alive",
                                "PROXY-CONNECTION: keep-alive",
                                "keep-alive: timeout=5",
                                "TE: trailers",
                                "Upgrade: h2c",
                                "Proxy-Authorization: Basic c2VjcmV0",
                                "Via: 1.1 a"))
                .containsExactly("Via: 1.1 a");
    }

    @Test
    void passesEverythingElseOnInItsOrder() {
        String[] fields = {
            "Host: example.com",
            "Cookie: a=b",
            "Authorization: Basic c2VjcmV0",
            "cookie: c=d",
            "Trailer: Digest",
            "Expect: 100-continue",
            "Max-Forwards: 1",
            "Content-Length: 3",
        };
        assertThat(passedOn(fields))
                .usingElementComparator(String.CASE_INSENSITIVE_ORDER)
                .containsExactly(fields);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-A",
                "x-a",
                "close, X-A",
                "X-A,close",
                " X-A ",
                "\tx-a\t,",
                ",, X-A",
                "X-A,X-A"
            })
    void removesWhatConnectionNames(String nominated) {
        assertThat(passedOn("X-A: 1", "Connection:" + nominated, "X-B: 2", "x-a: 3"))
                .containsExactly("X-B: 2");
    }

    @Test
    void removesWhatAnyOfSeveralConnectionFieldsNames() {
        assertThat(
                        passedOn(
                                "Connection: X-A",
                                "X-A: 1",
                                "X-B: 2",
                                "X-C: 3",
                                "connection: close, X-B"))
                .containsExactly("X-C: 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", " , ,", "connection", "close", "a b", "\"", "X-A;q=1"})
    void survivesAConnectionFieldThatNamesNothing(String nominated) {
        assertThat(passedOn("X-A: 1", "Connection:" + nominated)).containsExactly("X-A: 1");
    }

    @Test
    void keepsTheLengthThatConnectionNames() {
        assertThat(
                        passedOn(
                                "Host: example.com",
                                "Content-Length: 3",
                                "Connection: content-length, transfer-encoding, host"))
                .usingElementComparator(String.CASE_INSENSITIVE_ORDER)
                .containsExactlyInAnyOrder("Host: example.com", "Content-Length: 3");
    }

    @Test
    void keepsTheCodingThatConnectionNames() {
        assertThat(
                        passedOn(
                                "Host: example.com",
                                "Transfer-Encoding: chunked",
                                "Connection: Content-Length, Transfer-Encoding, Host"))
                .usingElementComparator(String.CASE_INSENSITIVE_ORDER)
                .containsExactlyInAnyOrder("Host: example.com", "Transfer-Encoding: chunked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Max-Forwards: 3", "Host: a", "Cache-Control: no-store", "Via: 1.1 a"})
    void keepsWhatIsForAllWhoPassItOnThoughConnectionNamesIt(String field) {
        String name = field.substring(0, field.indexOf(':'));
        assertThat(passedOn("X-A: 1", field, "Connection: " + name + ", X-A"))
                .usingElementComparator(String.CASE_INSENSITIVE_ORDER)
                .containsExactly(field);
    }

    @Test
    void keepsTheCodingThatConnectionDoesNotName() {
        assertThat(passedOn("Transfer-Encoding: chunked", "Connection: close"))
                .usingElementComparator(String.CASE_INSENSITIVE_ORDER)
                .containsExactly("Transfer-Encoding: chunked");
    }

    @Test
    void doesNotFrameWhatWasNotFramed() {
        assertThat(passedOn("Connection: content-length, transfer-encoding")).isEmpty();
    }

    @Test
    void treatsAResponseAlike() {
        HttpMessage response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        add(
                response.headers(),
                "Connection: content-length, X-A",
                "Content-Length: 3",
                "X-A: 1",
                "Proxy-Authenticate: Basic realm=x",
                "Proxy-Authentication-Info: nextnonce=x",
                "WWW-Authenticate: Basic realm=y",
                "Set-Cookie: a",
                "Set-Cookie: b");
        Fields.removeHopByHop(response);
        assertThat(texts(response.headers()))
                .usingElementComparator(String.CASE_INSENSITIVE_ORDER)
                .containsExactlyInAnyOrder(
                        "Content-Length: 3",
                        "WWW-Authenticate: Basic realm=y",
                        "Set-Cookie: a",
                        "Set-Cookie: b");
    }

    @Test
    void removesFromTrailersWhatIsForUs() {
        LastHttpContent end = new DefaultLastHttpContent();
        add(
                end.trailingHeaders(),
                "Proxy-Authenticate: Basic realm=x",
                "Proxy-Authentication-Info: nextnonce=x",
                "Authentication-Info: nextnonce=y");
        Fields.removeForbiddenTrailers(end);
        assertThat(texts(end.trailingHeaders()))
                .containsExactly("Authentication-Info: nextnonce=y");
    }

    @ParameterizedTest
    @CsvSource({
        // version, Connection, Proxy-Connection, whether the connection goes on
        "HTTP/1.1, , , true",
        "HTTP/1.1, close, , false",
        "HTTP/1.1, CLOSE, , false",
        "HTTP/1.1, keep-alive, , true",
        "HTTP/1.1, 'a, close', , false",
        "HTTP/1.1, 'keep-alive, close', , false",
        "HTTP/1.1, 'close, keep-alive', , false",
        "HTTP/1.1, closed, , true",
        "HTTP/1.1, , close, false",
        "HTTP/1.1, , keep-alive, true",
        "HTTP/1.1, keep-alive, close, false",
        "HTTP/1.1, close, keep-alive, false",
        "HTTP/1.1, upgrade, , true",
        "HTTP/1.0, , , false",
        "HTTP/1.0, close, , false",
        "HTTP/1.0, keep-alive, , false",
        "HTTP/1.0, Keep-Alive, , false",
        "HTTP/1.0, 'a, keep-alive', , false",
        "HTTP/1.0, 'keep-alive, close', , false",
        "HTTP/1.0, keep-alives, , false",
        "HTTP/1.0, , keep-alive, false",
        "HTTP/1.0, , close, false",
        "HTTP/1.0, keep-alive, close, false",
        "HTTP/1.0, close, keep-alive, false",
    })
    void goesOnWithTheConnectionAsTheClientWants(
            String version,
            @Nullable String connection,
            @Nullable String proxyConnection,
            boolean expected) {
        HttpRequest request = request(version);
        addUnlessNull(request.headers(), "Connection", connection);
        addUnlessNull(request.headers(), "Proxy-Connection", proxyConnection);
        assertThat(Fields.wantsKeepAlive(request)).isEqualTo(expected);
    }

    @Test
    void findsAnOptionInAnyOfSeveralFields() {
        HttpRequest request = request("HTTP/1.1");
        add(request.headers(), "Connection: keep-alive", "connection: Close");
        assertThat(Fields.wantsKeepAlive(request)).isFalse();
    }

    private static void addUnlessNull(HttpHeaders headers, String name, @Nullable String value) {
        if (value != null) {
            headers.add(name, value);
        }
    }

    private static List<String> passedOn(String... fields) {
        HttpRequest request = request("HTTP/1.1");
        add(request.headers(), fields);
        Fields.removeHopByHop(request);
        return texts(request.headers());
    }

    private static HttpRequest request(String version) {
        return new DefaultHttpRequest(
                HttpVersion.valueOf(version), HttpMethod.GET, "http://example.com/");
    }

    private static void add(HttpHeaders headers, String... fields) {
        for (String field : fields) {
            int colon = field.indexOf(':');
            headers.add(field.substring(0, colon), field.substring(colon + 1).strip());
        }
    }

    private static List<String> texts(HttpHeaders headers) {
        return headers.entries().stream()
                .map(field -> field.getKey() + ": " + field.getValue())
                .toList();
    }
}
