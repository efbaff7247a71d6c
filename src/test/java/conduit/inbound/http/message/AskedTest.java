package conduit.inbound.http.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import conduit.address.Destination;
import conduit.address.IpLiteral;
import conduit.config.Pseudonym;
import conduit.tunnel.Connector;
import conduit.tunnel.Refusal;
import conduit.tunnel.Refused;
import conduit.tunnel.Via;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Request targets in each of their forms (RFC 9112, section 3.2). */
class AskedTest {

    private static final Via VIA = Via.of(new Pseudonym.Given("us"));

    @ParameterizedTest
    @CsvSource({
        "example.com:443, example.com:443",
        "EXAMPLE.Com:1, example.com:1",
        "example.com.:65535, example.com.:65535",
        "192.0.2.1:443, 192.0.2.1:443",
        "[2001:DB8::1]:443, [2001:db8::1]:443",
        "[::ffff:192.0.2.1]:443, 192.0.2.1:443",
        "example.com:0443, example.com:443",
    })
    void opensATunnelToAnAuthority(String target, String destination) {
        assertThat(asked("CONNECT", target))
                .isInstanceOfSatisfying(
                        Asked.ToConnect.class,
                        asked -> assertThat(asked.destination()).hasToString(destination));
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, the port is missing",
        "example.com:, the port is missing",
        "[::1], the port is missing",
        ":443, the host is missing",
        "/, the port is missing",
        "*, the port is missing",
        "example.com:0, the port must be 1 to 65535",
        "example.com:65536, the port is over 65535",
        "example.com:443/, the port is not a number",
        "example.com:+443, the port is not a number",
        "example.com:443?, the port is not a number",
        "::1:443, an IPv6 address needs brackets",
        "http://example.com:443, an IPv6 address needs brackets",
        "[example.com]:443, only an IPv6 address may stand in brackets",
        "user@example.com:443, the host is neither a name nor an address",
        "user:secret@example.com:443, an IPv6 address needs brackets",
        "[fe80::1%25eth0]:443, the host is neither a name nor an address",
        "a%2eb:443, the host is neither a name nor an address",
    })
    void opensNoTunnelToAnythingElse(String target, String why) {
        assertRefused(
                asked("CONNECT", target),
                Refusal.MALFORMED_REQUEST,
                "CONNECT needs host:port: " + why);
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.com/, example.com:80, example.com, /",
        "http://example.com, example.com:80, example.com, /",
        "http://example.com?, example.com:80, example.com, /?",
        "http://example.com?a=b, example.com:80, example.com, /?a=b",
        "http://example.com/?a=b, example.com:80, example.com, /?a=b",
        "http://example.com//a/../b, example.com:80, example.com, //a/../b",
        "http://example.com:8080/a, example.com:8080, example.com:8080, /a",
        "http://example.com:80/a, example.com:80, example.com:80, /a",
        "http://example.com:/a, example.com:80, example.com:, /a",
        "http://EXAMPLE.Com/A, example.com:80, EXAMPLE.Com, /A",
        "HTTP://example.com/, example.com:80, example.com, /",
        "hTtP://example.com/, example.com:80, example.com, /",
        "http://192.0.2.1/, 192.0.2.1:80, 192.0.2.1, /",
        "http://[2001:DB8::1]/, [2001:db8::1]:80, [2001:DB8::1], /",
        "http://[2001:db8::1]:81?q, [2001:db8::1]:81, [2001:db8::1]:81, /?q",
        "http://[::ffff:192.0.2.1]/, 192.0.2.1:80, [::ffff:192.0.2.1], /",
        "http://example.com/@, example.com:80, example.com, /@",
        "http://example.com?@:/, example.com:80, example.com, /?@:/",
        "http://example.com/http://other/, example.com:80, example.com, /http://other/",
        "http://example.com/%00%0d%0A, example.com:80, example.com, /%00%0d%0A",
        "'http://example.com/a,b;\"<>\\^`{|}', example.com:80, example.com, '/a,b;\"<>\\^`{|}'",
    })
    void forwardsAnAbsoluteTarget(
            String target, String destination, String authority, String originForm) {
        assertThat(asked("GET", target))
                .isInstanceOfSatisfying(
                        Asked.ToForward.class,
                        asked -> {
                            assertThat(asked.destination()).hasToString(destination);
                            assertThat(asked.authority()).isEqualTo(authority);
                            assertThat(asked.originForm()).isEqualTo(originForm);
                        });
    }

    @Test
    void tellsNamesFromAddresses() {
        assertThat(asked("GET", "http://example.com/"))
                .isEqualTo(
                        new Asked.ToForward(
                                Scheme.HTTP,
                                new Destination.Name("example.com", 80),
                                "example.com",
                                "/"));
        assertThat(asked("CONNECT", "[2001:db8::1]:443"))
                .isEqualTo(
                        new Asked.ToConnect(
                                new Destination.Address(
                                        IpLiteral.parse("2001:db8::1").orElseThrow(), 443)));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, http://a.example, http://a.example/",
        "GET, HTTP://a.example:81/b?c, http://a.example:81/b?c",
        "GET, http://a.example?c, http://a.example/?c",
        "OPTIONS, http://a.example, http://a.example",
        "OPTIONS, http://a.example/, http://a.example/"
    })
    void writesTheRequestForAParentInAbsoluteForm(String method, String target, String written) {
        HttpRequest request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target);
        request.headers().add("Proxy-Authorization", "the client's");
        Asked.ToForward asked = (Asked.ToForward) Asked.of(request);
        HttpRequest forParent =
                asked.forHop(
                        request,
                        new Connector.NextHop.HttpParent(
                                new Destination.Name("parent.test", 3128), Optional.of("ours")),
                        VIA);
        assertThat(forParent.uri()).isEqualTo(written);
        assertThat(forParent.headers().getAll("Proxy-Authorization")).containsExactly("ours");
    }

    @Test
    void writesTheOriginsRequestFromTheTargetWhateverHostSaid() {
        HttpRequest request =
                new DefaultHttpRequest(
                        HttpVersion.HTTP_1_0, HttpMethod.PUT, "http://[2001:DB8::1]:81?a=b");
        request.headers()
                .add("HOST", "other.example")
                .add("Connection", "keep-alive, host, X-A")
                .add("X-A", "1")
                .add("X-B", "2")
                .add("Via", "1.1 first")
                .add("Via", "2 second, 1.1 third (with words)")
                .add("Content-Length", "3");
        Asked.ToForward asked = (Asked.ToForward) Asked.of(request);
        HttpRequest forOrigin = asked.forHop(request, new Connector.NextHop.Origin(), VIA);
        assertThat(forOrigin.method()).isEqualTo(HttpMethod.PUT);
        assertThat(forOrigin.uri()).isEqualTo("/?a=b");
        assertThat(forOrigin.protocolVersion()).isEqualTo(HttpVersion.HTTP_1_1);
        assertThat(forOrigin.headers().entries())
                .extracting(field -> field.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue)
                .containsExactlyInAnyOrder(
                        tuple("host", "[2001:DB8::1]:81"),
                        tuple("x-b", "2"),
                        tuple("via", "1.1 first, 2 second, 1.1 third (with words), 1.0 us"),
                        tuple("content-length", "3"));
    }

    /** Else a client could take away what tells a loop. */
    @Test
    void keepsTheViaThatConnectionNames() {
        HttpRequest request =
                new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "http://example.com/");
        request.headers().add("Via", "1.1 first").add("Connection", "via");
        Asked.ToForward asked = (Asked.ToForward) Asked.of(request);
        HttpRequest forOrigin = asked.forHop(request, new Connector.NextHop.Origin(), VIA);
        assertThat(forOrigin.headers().getAll("Via")).containsExactly("1.1 first, 1.1 us");
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.com, *",
        "http://example.com:8080, *",
        "http://example.com/, /",
        "http://example.com?, /?",
        "http://example.com?a, /?a",
        "http://example.com/*, /*",
    })
    void asksAServerForItsOwnOptionsOnlyWithoutAPath(String target, String originForm) {
        assertThat(asked("OPTIONS", target))
                .isInstanceOfSatisfying(
                        Asked.ToForward.class,
                        asked -> assertThat(asked.originForm()).isEqualTo(originForm));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "POST", "PROPFIND", "options", "connect", "get"})
    void forwardsMethodsThatItDoesNotKnow(String method) {
        assertThat(asked(method, "http://example.com"))
                .isInstanceOfSatisfying(
                        Asked.ToForward.class,
                        asked -> assertThat(asked.originForm()).isEqualTo("/"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://, the target: the host is missing",
        "http:///, the target: the host is missing",
        "http://?a, the target: the host is missing",
        "http://:80/, the target: the host is missing",
        "http://example.com:0/, the target: the port must be 1 to 65535",
        "http://example.com:65536/, the target: the port is over 65535",
        "http://example.com:x/, the target: the port is not a number",
        "http://::1/, the target: an IPv6 address needs brackets",
        "http://[::1/, the target: the closing bracket is missing",
        "http://[::1]x/, the target: only a port may follow the closing bracket",
        "http://[fe80::1%25eth0]/, the target: the host is neither a name nor an address",
        "http://a%2eb/, the target: the host is neither a name nor an address",
        "http://a\\b/, the target: the host is neither a name nor an address",
        "http://a;b/, the target: the host is neither a name nor an address",
        "http://example.com#a, the target: the host is neither a name nor an address",
        "http://user@example.com/, the target holds user information",
        "http://user:secret@example.com:80/, the target holds user information",
        "http://@example.com/, the target holds user information",
        "http:/example.com/, the target is not an absolute http:// or https:// URI",
        "http:example.com, the target is not an absolute http:// or https:// URI",
        "example.com, the target is not an absolute http:// or https:// URI",
        "example.com:80, the target is not an absolute http:// or https:// URI",
        "://example.com/, the target is not an absolute http:// or https:// URI",
        "mailto:a@example.com, the target is not an absolute http:// or https:// URI",
        "?a, the target is not an absolute http:// or https:// URI",
    })
    void forwardsNoTargetThatIsMalformed(String target, String detail) {
        assertRefused(asked("GET", target), Refusal.MALFORMED_REQUEST, detail);
    }

    /** Which address they are depends on who reads them, and so no rule could tell. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x7f.1",
                "0x7f000001",
                "0x7f.0.0.0x1",
                "2130706433",
                "017700000001",
                "0177.0.0.1",
                "127.1",
                "127.0.1",
                "127.0.0.1.",
                "127.0.0.256",
                "1.2.3.4.5",
                "a.127",
            })
    void takesNoOtherSpellingOfAnIpv4AddressForAHost(String host) {
        String why = "the host is neither a name nor an address";
        assertRefused(
                asked("CONNECT", host + ":80"),
                Refusal.MALFORMED_REQUEST,
                "CONNECT needs host:port: " + why);
        assertRefused(
                asked("GET", "http://" + host + "/"),
                Refusal.MALFORMED_REQUEST,
                "the target: " + why);
    }

    @ParameterizedTest
    @CsvSource({"ftp://a/, ftp://", "a-scheme-longer-than-we-repeat://a/, something else"})
    void forwardsNoSchemeButHttp(String target, String named) {
        assertRefused(
                asked("GET", target),
                Refusal.UNSUPPORTED_SCHEME,
                "only http:// and https:// are forwarded, but this is " + named);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com/?to=https://other/",
                "example.com:80/http://other/",
                "?a=http://other/",
                "1http://example.com/"
            })
    void takesNothingForASchemeThatIsNotWrittenLikeOne(String target) {
        assertRefused(
                asked("GET", target),
                Refusal.MALFORMED_REQUEST,
                "the target is not an absolute http:// or https:// URI");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /",
        "GET, /index.html?a=b",
        "GET, //example.com/",
        "GET, /http://example.com/",
        "OPTIONS, *",
        "GET, *",
    })
    void tellsThoseWhoTakeItForAWebServerHowToUseIt(String method, String target) {
        assertThat(asked(method, target))
                .isInstanceOfSatisfying(
                        Asked.Otherwise.class,
                        asked -> {
                            assertThat(asked.refused().refusal())
                                    .isEqualTo(Refusal.MALFORMED_REQUEST);
                            assertThat(asked.refused().detail())
                                    .startsWith("this is a proxy, not a web server")
                                    .contains("curl -x http://");
                        });
    }

    @ParameterizedTest
    @CsvSource({"GET, http://example.com/", "CONNECT, example.com:443"})
    void refusesWhatCouldNotBeDecoded(String method, String target) {
        HttpRequest request = request(method, target);
        request.setDecoderResult(DecoderResult.failure(new NumberFormatException("+1")));
        assertRefused(Asked.of(request), Refusal.MALFORMED_REQUEST, "the header cannot be decoded");
    }

    private static void assertRefused(Asked asked, Refusal refusal, String detail) {
        assertThat(asked).isEqualTo(new Asked.Otherwise(Refused.of(refusal, detail)));
    }

    private static Asked asked(String method, String target) {
        return Asked.of(request(method, target));
    }

    private static HttpRequest request(String method, String target) {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target);
    }
}
