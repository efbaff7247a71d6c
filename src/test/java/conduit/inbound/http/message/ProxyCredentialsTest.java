package conduit.inbound.http.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.http.message.ProxyCredentials.Given;
import conduit.inbound.http.message.ProxyCredentials.Missing;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What they say is tested with the users, to whom they belong. */
class ProxyCredentialsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"alice:secret", "alice:", ":secret", ":", "a:b:c", "Jos\u00e9:p\u00e4ss"})
    void readsAUserAndAPassword(String text) {
        assertThat(read("Basic " + base64(text))).isInstanceOf(Given.class);
    }

    @Test
    void doesNotMindTheCaseOfTheSchemeNorBlanks() {
        assertThat(read("bAsIc   " + base64("a:b"))).isInstanceOf(Given.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Bearer YTpi", "Negotiate YTpi", "YTpi", "Basicx YTpi"})
    void wantsBasic(String value) {
        expectMissing(Refusal.AUTHENTICATION_REQUIRED, value);
    }

    @Test
    void wantsAField() {
        expectMissing(Refusal.AUTHENTICATION_REQUIRED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Basic ", "Basic *", "Basic YTpi YTpi", "Basic YTpi,", "Basic YWxpY2U="})
    void takesWhatCannotBeReadForWrong(String value) {
        expectMissing(Refusal.WRONG_CREDENTIALS, value);
    }

    @Test
    void takesTwoFieldsForWrong() {
        expectMissing(
                Refusal.WRONG_CREDENTIALS, "Basic " + base64("a:b"), "Basic " + base64("a:b"));
    }

    private static void expectMissing(Refusal refusal, String... values) {
        ProxyCredentials read = read(values);
        assertThat(read).isInstanceOf(Missing.class);
        Refused refused = ((Missing) read).refused();
        assertThat(refused.refusal()).isEqualTo(refusal);
        assertThat(refused.detail()).doesNotContain("YTpi", "alice");
    }

    private static ProxyCredentials read(String... values) {
        HttpRequest request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "http://a.test/");
        for (String value : values) {
            request.headers().add("Proxy-Authorization", value);
        }
        return ProxyCredentials.of(request);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }
}
