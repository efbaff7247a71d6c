package conduit.inbound.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Max-Forwards says (RFC 9110, section 7.6.2). */
class MaxForwardsTest {

    private static HttpRequest request(String method, String... values) {
        HttpRequest request =
                new DefaultHttpRequest(
                        HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), "http://a.test/");
        for (String value : values) {
            request.headers().add("Max-Forwards", value);
        }
        return request;
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PURGE"})
    void meansNothingWithOtherMethods(String method) {
        assertThat(MaxForwards.of(request(method, "0"))).isEqualTo(new MaxForwards.Any());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "OPTIONS"})
    void maySayNothing(String method) {
        assertThat(MaxForwards.of(request(method))).isEqualTo(new MaxForwards.Any());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "000"})
    void mayEndHere(String value) {
        assertThat(MaxForwards.of(request("TRACE", value))).isEqualTo(new MaxForwards.Nobody());
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0",
        "10, 9",
        "0010, 9",
        "999999999, 999999998",
        "1000000000, 999999998",
        "99999999999999999999999999, 999999998"
    })
    void isOneLessBehindUs(String value, int left) {
        assertThat(MaxForwards.of(request("OPTIONS", value)))
                .isEqualTo(new MaxForwards.Others(left));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1.0", "0x1", "1, 1", "one", "\u0661"})
    void isANumber(String value) {
        assertThat(MaxForwards.of(request("TRACE", value))).isEqualTo(new MaxForwards.Malformed());
    }

    @Test
    void isOneNumber() {
        assertThat(MaxForwards.of(request("TRACE", "1", "1")))
                .isEqualTo(new MaxForwards.Malformed());
    }
}
