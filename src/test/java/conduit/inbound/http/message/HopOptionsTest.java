package conduit.inbound.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.tunnel.Connector;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the protocols that a client offers. */
class HopOptionsTest {

    private static HttpRequest offering(String... upgrades) {
        HttpRequest request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "http://a.test/");
        request.headers().set("Connection", "Upgrade").set("Upgrade", List.of(upgrades));
        return request;
    }

    private static HopOptions options(String... upgrades) {
        return HopOptions.of(offering(upgrades), new Connector.Wire.Plain());
    }

    /** What a client may send must not become longer than the next hop reads. */
    @Test
    void saysNoMoreThanTheClientDid() {
        String most = "a,".repeat(10_000) + "a";
        HttpRequest next = offering();
        options(most).applyTo(next);
        assertThat(next.headers().getAll("Upgrade")).containsExactly(most);
    }

    @ParameterizedTest
    @CsvSource({
        "websocket, true",
        "WebSocket, true",
        "'websocket, b/2', true",
        "b/2, true",
        "b, false",
        "'', false",
        "'websocket, c', false",
        "'websocket, h2c', false",
        "h2c, false",
        "'websocket, no protocol', false",
    })
    void takesASwitchToWhatItHasPassedOnOnly(String switched, boolean taken) {
        HopOptions options = options("websocket, h2c", "b/2, no protocol");
        assertThat(options.upgrades()).containsExactly("websocket", "b/2");
        assertThat(options.offered(HopOptions.named(offering(switched)))).isEqualTo(taken);
    }
}
