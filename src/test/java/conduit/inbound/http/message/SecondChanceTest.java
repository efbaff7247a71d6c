package conduit.inbound.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.http.message.SecondChance.MoreIsHere;
import conduit.tunnel.Refusal;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecondChanceTest {

    private static final Set<Refusal> MENDABLE =
            EnumSet.of(Refusal.AUTHENTICATION_REQUIRED, Refusal.WRONG_CREDENTIALS);

    @ParameterizedTest
    @EnumSource
    void isGivenWhereAnotherRequestCanMendIt(Refusal refusal) {
        assertThat(SecondChance.isGiven(request("GET"), refusal, MoreIsHere.NO))
                .isEqualTo(MENDABLE.contains(refusal));
    }

    @Test
    void isGivenToAConnectBehindWhichNothingHasCome() {
        assertThat(isGiven(request("CONNECT"), MoreIsHere.NO)).isTrue();
        assertThat(isGiven(request("CONNECT"), MoreIsHere.YES)).isFalse();
        assertThat(isGiven(request("GET"), MoreIsHere.YES)).as("pipelining").isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 0", "Content-Length: 65536", "Connection: keep-alive"})
    void isGivenWithASmallBody(String field) {
        assertThat(isGiven(request("POST", field), MoreIsHere.NO)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 65537",
                "Content-Length: 4294967296",
                "Transfer-Encoding: chunked",
                "Connection: close",
                "Proxy-Connection: close"
            })
    void isNotGivenBehindALargeBodyOrOneOfUnknownLength(String field) {
        assertThat(isGiven(request("POST", field), MoreIsHere.NO)).isFalse();
    }

    @Test
    void isNotGivenToOneThatMaySendItsBodyOrNot() {
        HttpRequest request = request("POST", "Content-Length: 5", "Expect: 100-continue");
        assertThat(isGiven(request, MoreIsHere.NO)).isFalse();
    }

    @Test
    void isNotGivenToHttp10() {
        HttpRequest request = request("GET", "Connection: keep-alive");
        request.setProtocolVersion(HttpVersion.HTTP_1_0);
        assertThat(isGiven(request, MoreIsHere.NO)).isFalse();
    }

    private static boolean isGiven(HttpRequest request, MoreIsHere more) {
        return SecondChance.isGiven(request, Refusal.AUTHENTICATION_REQUIRED, more);
    }

    private static HttpRequest request(String method, String... fields) {
        HttpRequest request =
                new DefaultHttpRequest(
                        HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), "http://a.test/");
        for (String field : fields) {
            String[] parts = field.split(": ", 2);
            request.headers().add(parts[0], parts[1]);
        }
        return request;
    }
}
