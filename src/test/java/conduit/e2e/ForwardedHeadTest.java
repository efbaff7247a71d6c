package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Head;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a head is for the next hop stays with us; everything else arrives as it was sent. */
class ForwardedHeadTest {

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @Test
    void removesTheFieldsMeantForUsFromARequest() throws IOException {
        Head request =
                requestAtTheOrigin(
                        """
                        Connection: x-foo, keep-alive
                        Connection: X-Bar
                        X-Foo: one
                        X-Bar: two
                        Keep-Alive: timeout=5
                        Proxy-Connection: keep-alive
                        Proxy-Authorization: Basic Zm9vOmJhcg==
                        TE: gzip
                        Upgrade: h2c
                        X-Kept: three
                        """);
        assertThat(request.values("X-Kept")).containsExactly("three");
        assertThat(request.values("Connection"))
                .noneMatch(value -> value.toLowerCase(Locale.ROOT).contains("x-"));
        for (String name :
                new String[] {
                    "X-Foo",
                    "X-Bar",
                    "Keep-Alive",
                    "Proxy-Connection",
                    "Proxy-Authorization",
                    "TE",
                    "Upgrade"
                }) {
            assertThat(request.has(name)).as(name + " in " + request).isFalse();
        }
    }

    @Test
    void removesTheFieldsMeantForUsFromAResponse() throws IOException {
        Head reply =
                replyAtTheClient(
                        """
                        Connection: x-foo
                        X-Foo: one
                        Keep-Alive: timeout=5
                        Upgrade: h2c
                        X-Kept: three
                        """);
        assertThat(reply.values("X-Kept")).containsExactly("three");
        assertThat(reply.values("Connection")).doesNotContain("x-foo");
        assertThat(reply.has("X-Foo")).as("%s", reply).isFalse();
        assertThat(reply.has("Keep-Alive")).as("%s", reply).isFalse();
        assertThat(reply.has("Upgrade")).as("%s", reply).isFalse();
    }

    @Test
    void leavesEverythingElseInARequestAlone() throws IOException {
        String fields =
                """
                Accept: */*
                Cookie: a=1
                Cookie: b=2; c="3"
                Authorization: Basic Zm9vOmJhcg==
                User-Agent: test/1.0 (x; y)
                Cache-Control: no-cache
                X-Empty:
                x-lower: kept
                X-Text: caf\u00e9, two  spaces
                """;
        assertThat(requestAtTheOrigin(fields).fields()).containsAll(parsed(fields));
    }

    @Test
    void leavesEverythingElseInAResponseAlone() throws IOException {
        String fields =
                """
                Set-Cookie: a=1; Path=/
                Set-Cookie: b=2
                ETag: "x"
                Date: Sun, 06 Nov 1994 08:49:37 GMT
                WWW-Authenticate: Basic realm="x"
                x-lower: kept
                """;
        Head reply = replyAtTheClient(fields);
        assertThat(reply.fields()).containsAll(parsed(fields));
        assertThat(reply.values("Set-Cookie")).containsExactly("a=1; Path=/", "b=2");
        assertThat(reply.startLine()).isEqualTo("HTTP/1.1 299 Fine by me");
    }

    private static List<Head.Field> parsed(String fields) {
        return fields.lines()
                .map(line -> line.split(":", 2))
                .map(parts -> new Head.Field(parts[0], parts[1].strip()))
                .toList();
    }

    private static Head requestAtTheOrigin(String fields) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n"
                            .formatted(
                                    origin.target().url("/"),
                                    origin.target().authority(),
                                    fields.replace("\n", "\r\n")));
            return Head.read(origin.accept().in());
        }
    }

    private static Head replyAtTheClient(String fields) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Head.read(remote.in());
            remote.write(
                    "HTTP/1.1 299 Fine by me\r\nContent-Length: 0\r\n%s\r\n"
                            .formatted(fields.replace("\n", "\r\n")));
            return Message.reply(client).head();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/?",
                "/path?query=1&other=%20x",
                "/a//b/../c/./d",
                "/%7Euser/%2f/%C3%A9",
                "/;p=1/:@!$&'()*+,;=-._~",
                "/?/?q=?&u=http://other.example/x",
            })
    void leavesTheTargetAlone(String pathAndQuery) throws IOException {
        expectTargetAtTheOrigin("GET", pathAndQuery, pathAndQuery);
    }

    @ParameterizedTest
    @CsvSource({"GET,'',/", "GET,?q=1,/?q=1", "OPTIONS,'',*", "OPTIONS,/,/", "DELETE,/x,/x"})
    void writesTheTargetAsTheOriginWantsIt(String method, String given, String expected)
            throws IOException {
        expectTargetAtTheOrigin(method, given, expected);
    }

    private static void expectTargetAtTheOrigin(String method, String given, String expected)
            throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "%s %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                            .formatted(
                                    method,
                                    origin.target().url(given),
                                    origin.target().authority()));
            Head head = Head.read(origin.accept().in());
            assertThat(head.startLine()).isEqualTo(method + " " + expected + " HTTP/1.1");
        }
    }

    @Test
    void takesTheHostFromTheTarget() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "GET %s HTTP/1.1\r\nHost: other.example\r\n\r\n"
                            .formatted(origin.target().url("/")));
            Head head = Head.read(origin.accept().in());
            assertThat(head.values("Host")).containsExactly(origin.target().authority());
        }
    }

    @Test
    void readsTheSchemeInAnyCase() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            String authority = origin.target().authority();
            client.write("GET HTTP://%1$s/ HTTP/1.1\r\nHost: %1$s\r\n\r\n".formatted(authority));
            assertThat(Head.read(origin.accept().in()).startLine()).isEqualTo("GET / HTTP/1.1");
        }
    }
}
