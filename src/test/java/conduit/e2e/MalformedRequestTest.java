package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What two readers could understand differently is understood by nobody: one answer, then the end,
 * and not a byte to any origin. Every case is followed by a good request that must not be read.
 */
class MalformedRequestTest {

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    /** What the log calls what the client is told by each status. */
    private static final Map<Integer, String> REFUSALS =
            Map.of(
                    400, "malformed-request",
                    414, "request-line-too-long",
                    431, "header-too-large",
                    501, "unsupported-coding",
                    505, "unsupported-version");

    /**
     * One malformed request.
     *
     * @param request {@code ORIGIN} in it stands for the authority of a running origin
     */
    record Malformed(String what, String request, List<Integer> statuses) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Malformed> everyMalformed() {
        return Stream.of(starts(), fields(), framings(), connects(), sizes()).flatMap(c -> c);
    }

    private static Stream<Malformed> starts() {
        return Stream.of(
                get("a control byte in the target", "GET http://ORIGIN/a\u0001b HTTP/1.1"),
                get("NUL in the target", "GET http://ORIGIN/a\0b HTTP/1.1"),
                get("DEL in the target", "GET http://ORIGIN/a\u007fb HTTP/1.1"),
                get("a raw byte in the target", "GET http://ORIGIN/caf\u00e9 HTTP/1.1"),
                get("userinfo", "GET http://user:password@ORIGIN/ HTTP/1.1"),
                get("userinfo that looks like a host", "GET http://x.example@ORIGIN/ HTTP/1.1"),
                get("port 0", "GET http://127.0.0.1:0/ HTTP/1.1"),
                get("port 65536", "GET http://127.0.0.1:65536/ HTTP/1.1"),
                get("a port that is no number", "GET http://127.0.0.1:8x/ HTTP/1.1"),
                get("IPv6 without brackets", "GET http://::1/ HTTP/1.1"),
                get("IPv6 with an open bracket", "GET http://[::1/ HTTP/1.1"),
                get("no host", "GET http:///path HTTP/1.1"),
                get("no target", "GET HTTP/1.1"),
                get("no version", "GET http://ORIGIN/"),
                get("HTTP/0.9", "GET http://ORIGIN/ HTTP/0.9", 400, 505),
                get("HTTP/1.2", "GET http://ORIGIN/ HTTP/1.2", 400, 505),
                get("HTTP/2.0", "GET http://ORIGIN/ HTTP/2.0", 400, 505),
                get("another protocol", "GET http://ORIGIN/ HTCPCP/1.0"),
                get("a method that is no token", "G@T http://ORIGIN/ HTTP/1.1"),
                get("VT between the parts", "GET\u000bhttp://ORIGIN/\u000bHTTP/1.1"),
                get("FF between the parts", "GET\fhttp://ORIGIN/\fHTTP/1.1"),
                get("TAB between the parts", "GET\thttp://ORIGIN/\tHTTP/1.1"),
                get("two spaces between the parts", "GET  http://ORIGIN/ HTTP/1.1"),
                get("two spaces before the version", "GET http://ORIGIN/  HTTP/1.1"),
                get("a space in the target", "GET http://ORIGIN/a b HTTP/1.1"),
                get("a bare CR", "GET http://ORIGIN/ HTTP/1.1\rX: y"),
                new Malformed(
                        "the preface of HTTP/2",
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                        List.of(400, 505)),
                new Malformed(
                        "bare line feeds",
                        "GET http://ORIGIN/ HTTP/1.1\nHost: ORIGIN\n\n",
                        List.of(400)),
                new Malformed(
                        "no Host in HTTP/1.1",
                        "GET http://ORIGIN/ HTTP/1.1\r\n\r\n",
                        List.of(400)));
    }

    private static Stream<Malformed> fields() {
        return Stream.of(
                field("a second Host", "Host: ORIGIN"),
                field("a second Host that differs", "Host: other.example"),
                field("a folded value", "X: one\r\n two"),
                field("a folded value with TAB", "X: one\r\n\ttwo"),
                field("space before the colon", "X : y"),
                field("TAB before the colon", "X\t: y"),
                field("an empty name", ": y"),
                field("no colon", "X"),
                field("NUL in a value", "X: a\0b"),
                field("a bare CR in a value", "X: a\rb"),
                field("a bare LF in a value", "X: a\nSmuggled: b"),
                field("a name that is no token", "X{}: y"),
                new Malformed(
                        "space before the first name",
                        "GET http://ORIGIN/ HTTP/1.1\r\n Host: ORIGIN\r\n\r\n",
                        List.of(400)));
    }

    private static Stream<Malformed> framings() {
        return Stream.of(
                post("two lengths", "1.1", "Content-Length: 5\r\nContent-Length: 6"),
                post("two lengths in HTTP/1.0", "1.0", "Content-Length: 5\r\nContent-Length: 6"),
                post("a list of lengths", "1.1", "Content-Length: 5, 6"),
                post("a signed length", "1.1", "Content-Length: +5"),
                post("a negative length", "1.1", "Content-Length: -5"),
                post("a length of letters", "1.1", "Content-Length: 0x5"),
                post("an empty length", "1.1", "Content-Length:"),
                post("a huge length", "1.1", "Content-Length: 99999999999999999999"),
                post(
                        "a length and chunks",
                        "1.1",
                        "Content-Length: 5\r\nTransfer-Encoding: chunked"),
                post(
                        "chunks and a length",
                        "1.1",
                        "Transfer-Encoding: chunked\r\nContent-Length: 5"),
                post("chunks in HTTP/1.0", "1.0", "Transfer-Encoding: chunked"),
                post("two codings", "1.1", "Transfer-Encoding: gzip, chunked", 400, 501),
                post("chunks not last", "1.1", "Transfer-Encoding: chunked, gzip", 400, 501),
                post("chunks twice", "1.1", "Transfer-Encoding: chunked, chunked", 400, 501),
                post("an unknown coding", "1.1", "Transfer-Encoding: xchunked", 400, 501),
                post("VT before the coding", "1.1", "Transfer-Encoding:\u000bchunked", 400, 501));
    }

    private static Stream<Malformed> connects() {
        return Stream.of(
                connect("a length", "ORIGIN", "Content-Length: 5"),
                connect("a length of nothing", "ORIGIN", "Content-Length: 0"),
                connect("chunks", "ORIGIN", "Transfer-Encoding: chunked"),
                connect("no port", "127.0.0.1", "X: y"),
                connect("an empty port", "127.0.0.1:", "X: y"),
                connect("port 0", "127.0.0.1:0", "X: y"),
                connect("port 65536", "127.0.0.1:65536", "X: y"),
                connect("IPv6 without brackets", "::1:80", "X: y"),
                connect("userinfo", "user@ORIGIN", "X: y"),
                connect("a URL", "http://ORIGIN/", "X: y"),
                connect("a path", "ORIGIN/path", "X: y"),
                connect("a control byte", "ORIGIN\u0001", "X: y"));
    }

    private static Stream<Malformed> sizes() {
        return Stream.of(
                get(
                        "a line of 20 KB",
                        "GET http://ORIGIN/" + "x".repeat(20_000) + " HTTP/1.1",
                        414),
                field("a field of 70 KB", "X: " + "x".repeat(70_000), 431),
                field(
                        "70 KB of fields",
                        ("X: " + "x".repeat(1_000) + "\r\n").repeat(70).strip(),
                        431),
                field("201 fields", "X: y\r\n".repeat(200).strip(), 431));
    }

    private static Malformed get(String what, String line, Integer... statuses) {
        return new Malformed(what, line + "\r\nHost: ORIGIN\r\n\r\n", orBadRequest(statuses));
    }

    private static Malformed field(String what, String field, Integer... statuses) {
        return new Malformed(
                what,
                "GET http://ORIGIN/ HTTP/1.1\r\nHost: ORIGIN\r\n" + field + "\r\n\r\n",
                orBadRequest(statuses));
    }

    private static Malformed post(String what, String version, String field, Integer... statuses) {
        return new Malformed(
                what,
                "POST http://ORIGIN/ HTTP/%s\r\nHost: ORIGIN\r\n%s\r\n\r\n"
                                .formatted(version, field)
                        + "5\r\nhello\r\n0\r\n\r\n",
                orBadRequest(statuses));
    }

    private static Malformed connect(String what, String target, String field) {
        return new Malformed(
                "CONNECT with " + what,
                "CONNECT %s HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n".formatted(target, field),
                List.of(400));
    }

    private static List<Integer> orBadRequest(Integer... statuses) {
        return statuses.length == 0 ? List.of(400) : List.of(statuses);
    }

    @ParameterizedTest
    @MethodSource("everyMalformed")
    void isAnsweredOnceAndGoesNowhere(Malformed malformed) throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            String request = malformed.request().replace("ORIGIN", origin.target().authority());
            client.write(request + Message.get(origin.target().url("/smuggled")));
            Message reply = Message.reply(client);
            assertThat(reply.status()).as("%s", reply).isIn(malformed.statuses());
            assertThat(reply.head().values("Proxy-Status"))
                    .as("%s", reply)
                    .singleElement()
                    .asString()
                    .startsWith("conduit; error=http_request_error");
            assertThat(reply.body()).as("a line for people").matches("\\S[^\r\n]*\\S\r?\n");
            client.expectClosed();
            origin.expectUntouched();

            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isEqualTo(REFUSALS.get(reply.status()));
            assertThat(line.detail()).as("%s", line).isNotBlank();
            assertThat(line.text()).doesNotContainPattern("[\\x00-\\x08\\x0b-\\x1f\\x7f]");
        }
    }

    @Test
    void acceptsTwoHundredFields() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n"
                            .formatted(origin.target().url("/"), "X: y\r\n".repeat(150)));
            Message request = Message.request(origin.accept());
            assertThat(request.head().values("X")).hasSize(150);
        }
    }

    @Test
    void isNotedAlsoWithinABodyAndEndsTheRequest() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"
                            .formatted(origin.target().url("/")));
            Peer remote = origin.accept();
            Head.read(remote.in());
            assertThat(remote.readText(9)).isEqualTo("4\r\nhalf\r\n");
            client.write("xyz\r\n0\r\n\r\n" + Message.get(origin.target().url("/smuggled")));
            remote.expectClosed();
            assertThat(client.readToClose()).doesNotContain("HTTP/1.1 200");
            origin.expectUntouched();
        }
    }

    @Test
    void isNotAnEmptyLineBeforeTheRequest() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write("\r\n" + Message.get(origin.target().url("/")));
            assertThat(Message.request(origin.accept()).head().startLine())
                    .isEqualTo("GET / HTTP/1.1");
        }
    }
}
