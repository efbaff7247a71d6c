package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.ProxyPerUpstream;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of RFC 9110 for those who pass messages on, directly and through each parent. */
class ExchangeSemanticsTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @AutoClose private static final ProxyPerUpstream proxies = ProxyPerUpstream.with();

    private static String request(String method, String target, String fields) {
        return "%s %s HTTP/1.1\r\nHost: x\r\n%s\r\n".formatted(method, target, fields);
    }

    @ParameterizedTest
    @EnumSource
    void refusesUserInformationInATarget(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            client.write(
                    request("GET", "http://user@%s/".formatted(origin.target().authority()), ""));
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.body()).contains("user information");
            origin.expectUntouched();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DIRECT, OPTIONS, '', *",
        "HTTP, OPTIONS, '', *",
        "SOCKS5, OPTIONS, '', *",
        "DIRECT, PURGE, /x, /x",
        "HTTP, PURGE, /x, /x",
        "DIRECT, m-search, /x?y, /x?y",
        "HTTP, m-search, /x?y, /x?y",
        "HTTP, PROPFIND, /, /"
    })
    void passesEveryMethodOn(Upstream upstream, String method, String path, String target)
            throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            client.write(request(method, origin.target().url(path), ""));
            Peer remote = origin.accept();
            assertThat(Head.read(remote.in()).startLine())
                    .isEqualTo(method + " " + target + " HTTP/1.1");
            remote.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesEveryInterimResponseOn(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxies.to(upstream), origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            remote.write(
                    "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </b>\r\n\r\n");
            remote.write(OK);
            assertThat(Message.reply(client).head().values("Link")).containsExactly("</a>");
            assertThat(Message.reply(client).status()).isEqualTo(102);
            assertThat(Message.reply(client).head().values("Link")).containsExactly("</b>");
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesARefusalToContinueOnWithoutTheBody(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            client.write(
                    request(
                            "POST",
                            origin.target().url("/"),
                            "Content-Length: 5\r\nExpect: 100-continue\r\n"));
            Peer remote = origin.accept();
            assertThat(Head.read(remote.in()).values("Expect")).containsExactly("100-continue");
            remote.write("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno");
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(417);
            assertThat(reply.body()).isEqualTo("no");
            // The body may come or not, so that nothing can come behind it.
            assertThat(reply.head().values("Connection")).containsExactly("close");
            client.expectEnd();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DIRECT, HEAD, 200 OK, Content-Length: 5",
        "HTTP, HEAD, 200 OK, Content-Length: 5",
        "DIRECT, HEAD, 200 OK, Transfer-Encoding: chunked",
        "HTTP, HEAD, 200 OK, Transfer-Encoding: chunked",
        "DIRECT, GET, 204 No Content, X: y",
        "HTTP, GET, 204 No Content, X: y",
        "DIRECT, GET, 304 Not Modified, Content-Length: 5",
        "HTTP, GET, 304 Not Modified, Content-Length: 5",
    })
    void goesOnBehindAResponseWithoutABody(
            Upstream upstream, String method, String status, String field) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            client.write(request(method, origin.target().url("/"), ""));
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write("HTTP/1.1 %s\r\n%s\r\n\r\n".formatted(status, field));
            assertThat(Head.read(client.in()).startLine()).isEqualTo("HTTP/1.1 " + status);
            client.write(request("GET", origin.target().url("/next"), ""));
            Head next = Head.read(remote.in());
            assertThat(next.startLine()).isEqualTo("GET /next HTTP/1.1");
            remote.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @EnumSource
    void sparesAnHttp10ClientChunksAndInterimResponses(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            client.write(
                    request("POST", origin.target().url("/"), "Content-Length: 2\r\n")
                                    .replace("HTTP/1.1", "HTTP/1.0")
                            + "hi");
            Peer remote = origin.accept();
            assertThat(Message.request(remote).body()).isEqualTo("hi");
            remote.write("HTTP/1.1 103 Early Hints\r\n\r\n");
            remote.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            remote.write("5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.head().has("Transfer-Encoding")).as("%s", reply).isFalse();
            assertThat(reply.body()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @EnumSource
    void saysThatTheClientReadsTrailers(Upstream upstream) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            client.write(
                    request(
                            "GET",
                            origin.target().url("/"),
                            "TE: gzip, trailers;q=1, Trailers\r\n"));
            Peer remote = origin.accept();
            Head asked = Head.read(remote.in());
            assertThat(asked.values("TE")).containsExactly("trailers");
            assertThat(asked.values("Connection")).containsExactly("TE");
            remote.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
            remote.write("2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n");
            Message reply = Message.reply(client);
            assertThat(reply.head().values("Trailer")).containsExactly("X-Sum");
            assertThat(reply.trailers()).containsExactly(new Head.Field("X-Sum", "1"));
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1, gzip", "HTTP/1.1, xtrailers", "HTTP/1.0, trailers"})
    void asksForNoOtherTransferCoding(String version, String te) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(Upstream.DIRECT))) {
            client.write(
                    request("GET", origin.target().url("/"), "TE: " + te + "\r\nConnection: TE\r\n")
                            .replace("HTTP/1.1", version));
            Head asked = Head.read(origin.accept().in());
            assertThat(asked.has("TE")).as("%s", asked).isFalse();
            assertThat(asked.has("Connection")).as("%s", asked).isFalse();
        }
    }

    /** Through an HTTP parent, which is a conduit too, two take part in it. */
    @ParameterizedTest
    @CsvSource({"DIRECT, TRACE, 4", "HTTP, TRACE, 3", "DIRECT, OPTIONS, 4", "HTTP, OPTIONS, 3"})
    void takesOneOffMaxForwards(Upstream upstream, String method, String left) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            client.write(request(method, origin.target().url("/"), "Max-Forwards: 5\r\n"));
            Peer remote = origin.accept();
            assertThat(Head.read(remote.in()).values("Max-Forwards")).containsExactly(left);
            remote.write(OK);
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @CsvSource({"DIRECT, 0", "HTTP, 1"})
    void showsATraceThatEndsHereWithoutWhatIsSecret(Upstream upstream, int maxForwards)
            throws IOException {
        TestProxy proxy = proxies.to(upstream);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            String secret =
                    """
                    Authorization: Basic eA==
                    proxy-authorization: Basic eQ==
                    Cookie: z=1
                    cookie2: $Version=w
                    X-Api-Key: v
                    X-CSRF-TOKEN: u
                    Client-secret: t
                    """
                            .replace("\n", "\r\n");
            String url = origin.target().url("/x");
            client.write(
                    request(
                            "TRACE",
                            url,
                            secret
                                    + "X-Kept: caf\u00e9\r\nX-Tokens: kept\r\nMax-Forwards: %d\r\n"
                                            .formatted(maxForwards)));
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.head().values("Content-Type")).containsExactly("message/http");
            assertThat(reply.body())
                    .startsWith("TRACE " + url + " HTTP/1.1\r\n")
                    .contains("\r\nX-Kept: caf\u00e9\r\n")
                    .containsIgnoringCase("\r\nMax-Forwards: 0\r\n")
                    .endsWith("\r\n\r\n")
                    .contains("\r\nX-Tokens: kept\r\n")
                    .doesNotContain("eA==", "eQ==", "z=1", "=w")
                    .doesNotContainIgnoringCase("-key:")
                    .doesNotContainIgnoringCase("-token:")
                    .doesNotContainIgnoringCase("-secret:");
            origin.expectUntouched();
            if (upstream == Upstream.DIRECT) {
                AccessLine line = proxy.accessLineOf(client);
                assertThat(line.text())
                        .contains("inbound=forward", "outcome=completed", "by=us")
                        .contains("remote=- ", "phase=negotiation");
                assertThat(line.down()).isEqualTo(reply.body().length());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"DIRECT, 0", "HTTP, 1"})
    void answersOptionsThatEndHere(Upstream upstream, int maxForwards) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(upstream))) {
            String fields = "Content-Length: 5\r\nMax-Forwards: %d\r\n".formatted(maxForwards);
            client.write(request("OPTIONS", origin.target().url(""), fields) + "hello");
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.head().values("Content-Length")).containsExactly("0");
            assertThat(reply.head().values("Allow").getFirst().split(", ", -1))
                    .containsAll(List.of("GET", "CONNECT", "OPTIONS", "TRACE"));
            origin.expectUntouched();
        }
    }

    @Test
    void doesNotReadTheBodyOfATraceThatEndsHereAsARequest() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(Upstream.DIRECT))) {
            String body = "GET %s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(origin.target().url("/"));
            String fields = "Content-Length: %d\r\nMax-Forwards: 0\r\n".formatted(body.length());
            client.write(request("TRACE", origin.target().url("/"), fields) + body);
            Message reply = Message.reply(client);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.head().values("Connection")).containsExactly("close");
            client.expectClosed();
            origin.expectUntouched();
        }
    }

    @Test
    void doesNotLetConnectionTakeMaxForwardsAway() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(Upstream.DIRECT))) {
            client.write(
                    request(
                            "TRACE",
                            origin.target().url("/"),
                            "Max-Forwards: 3\r\nConnection: max-forwards\r\n"));
            Head asked = Head.read(origin.accept().in());
            assertThat(asked.values("Max-Forwards")).containsExactly("2");
        }
    }

    @ParameterizedTest
    @CsvSource({"TRACE, x", "OPTIONS, -1", "OPTIONS, '1, 2'"})
    void refusesMaxForwardsThatIsNoNumber(String method, String value) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxies.to(Upstream.DIRECT))) {
            client.write(
                    request(method, origin.target().url("/"), "Max-Forwards: " + value + "\r\n"));
            assertThat(Message.reply(client).status()).isEqualTo(400);
            origin.expectUntouched();
        }
    }
}
