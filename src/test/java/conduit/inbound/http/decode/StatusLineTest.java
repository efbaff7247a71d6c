package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Heads.buffer;
import static conduit.inbound.http.decode.Heads.printable;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.HttpLimits;
import io.netty.handler.codec.http.HttpMethod;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of responses, judged as strictly as those of requests. */
class StatusLineTest {

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String NO_STATUS = "it does not begin with an HTTP version and a status";

    @ParameterizedTest
    @ValueSource(
            strings = {
                OK + "\r\n",
                "HTTP/1.0 200 OK\r\n\r\n",
                "HTTP/1.1 200 \r\n\r\n",
                "HTTP/1.1 200\r\n\r\n",
                "HTTP/1.1 999 \t b\u00fc \u00ff!\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
                OK + "Content-Length: \t 5 \t\r\n\r\n",
                OK + "Content-Length: 000000000000000005\r\n\r\n",
                OK + "TRANSFER-ENCODING:CHUNKED\t\r\n\r\n",
                OK + "Host: a\r\nHost: b\r\nContent-Lengths: 1\r\nContent-Length: 1\r\n\r\n",
            })
    void findsASoundHeadSoundWithItsLastByteAndNotBefore(String head) {
        for (int length = 0; length < head.length(); length++) {
            assertThat(scan(head.substring(0, length))).isEqualTo(Verdict.INCOMPLETE);
        }
        assertThat(scan(head)).isEqualTo(Verdict.SOUND);
        assertThat(scan(head + "\0")).isEqualTo(Verdict.SOUND);
    }

    /**
     * A head that is flawed.
     *
     * @param upTo its bytes up to the first that shows it
     */
    record Flawed(String upTo, String detail) {}

    static Stream<Flawed> flaws() {
        String length = "Content-Length: 5\r\n";
        String coding = "Transfer-Encoding: chunked\r\n";
        String digits = "a Content-Length that is no number of at most 18 digits";
        String chunked = "the only transfer coding here is chunked";
        String both = "both Content-Length and Transfer-Encoding";
        String version = "a version other than HTTP/1.0 and HTTP/1.1";
        String reason = "the reason phrase holds a control character";
        return Stream.of(
                        Stream.of(
                                        "HTTP/1,",
                                        "HTTP1",
                                        "HTP",
                                        "HTTP/x",
                                        "HTTP/11",
                                        "HTTP/1.1 2x",
                                        "HT\0")
                                .map(upTo -> new Flawed(upTo, NO_STATUS)),
                        Stream.of(
                                        "HTTP/1.1 20 ",
                                        "HTTP/1.1  ",
                                        "HTTP/1.1 20\r",
                                        "HTTP/1.1 -",
                                        "HTTP/1.1 2\u00b2")
                                .map(upTo -> new Flawed(upTo, NO_STATUS)),
                        Stream.of(
                                        "HTTP/1.1 2000",
                                        "HTTP/1.1 200\n",
                                        "HTTP/1.1 200\t",
                                        "HTTP/1.1 200O")
                                .map(upTo ->
                                        new Flawed(upTo, "the status is not followed by a space")),
                        Stream.of("HTTP/1.2 ", "HTTP/2.0 ", "HTTP/0.9 ")
                                .map(upTo -> new Flawed(upTo, version)),
                        Stream.of("HTTP/1.1 200 O\n", "HTTP/1.1 200 \0", "HTTP/1.1 200 \u007f")
                                .map(upTo -> new Flawed(upTo, reason)),
                        Stream.of(
                                new Flawed("\r", "not HTTP: its first byte is 0x0d"),
                                new Flawed("S", "not HTTP: it looks like an HTTP request"),
                                new Flawed("\u0016", "not HTTP: it looks like TLS"),
                                new Flawed("HTTP/1.1 0", "a status under 100"),
                                new Flawed("HTTP/1.1 200 OK\rX", "CR without LF"),
                                new Flawed(OK + " ", "a header line begins with white space"),
                                new Flawed(
                                        OK + "A: b\r\n\t", "a header line begins with white space"),
                                new Flawed(OK + "A ", "a field name holds a byte that it must not"),
                                new Flawed(
                                        OK + "A\r", "a field name holds a byte that it must not"),
                                new Flawed(OK + "A: b\rc", "CR without LF"),
                                new Flawed(
                                        OK + "A: b\n", "a field value holds a control character"),
                                new Flawed(
                                        OK + length + length + "\r\n",
                                        "more than one Content-Length"),
                                new Flawed(OK + length + coding + "\r\n", both),
                                new Flawed(OK + coding + length + "\r\n", both),
                                new Flawed(
                                        OK + coding + coding + "\r\n",
                                        "more than one Transfer-Encoding"),
                                new Flawed(
                                        "HTTP/1.0 200 OK\r\n" + coding + "\r\n",
                                        "Transfer-Encoding in HTTP/1.0")),
                        Stream.of(
                                        "", "5, 5", "5,5", "+5", "-5", "0x5", "5.0", "5 5", "5;",
                                        "\"5\"", "\u00b2")
                                .map(value -> OK + "Content-Length: " + value + "\r\n\r\n")
                                .map(upTo -> new Flawed(upTo, digits)),
                        Stream.of(
                                        "1234567890123456789",
                                        "0000000000000000005",
                                        "99999999999999999999999")
                                .map(value -> OK + "Content-Length: " + value + "\r\n\r\n")
                                .map(upTo -> new Flawed(upTo, digits)),
                        Stream.of(
                                        "",
                                        "gzip",
                                        "gzip, chunked",
                                        "chunked, chunked",
                                        "chunked,",
                                        "xchunked")
                                .map(value -> OK + "Transfer-Encoding: " + value + "\r\n\r\n")
                                .map(upTo -> new Flawed(upTo, chunked)),
                        Stream.of(
                                        "chunked;q=1",
                                        "\"chunked\"",
                                        "chun ked",
                                        "identity",
                                        "chunked\u00a0")
                                .map(value -> OK + "Transfer-Encoding: " + value + "\r\n\r\n")
                                .map(upTo -> new Flawed(upTo, chunked)))
                .flatMap(flaws -> flaws);
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void namesAFlawAtTheFirstByteThatShowsIt(Flawed flaw) {
        String before = flaw.upTo().substring(0, flaw.upTo().length() - 1);
        assertThat(scan(before)).as(printable(before)).isEqualTo(Verdict.INCOMPLETE);
        for (String tail : new String[] {"", "\r\n\r\n", "\0"}) {
            assertThat(scan(flaw.upTo() + tail))
                    .as(printable(flaw.upTo()))
                    .isInstanceOfSatisfying(
                            Verdict.Flawed.class,
                            flawed -> assertThat(flawed.flaw().detail()).isEqualTo(flaw.detail()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "100, Content-Length: 5",
        "103, Transfer-Encoding: chunked",
        "101, Content-Length: 16",
        "204, Content-Length: 5",
        "204, Transfer-Encoding: chunked",
    })
    void knowsNoBodyBehindAStatusThatHasNone(int status, String field) {
        assertThat(scan("HTTP/1.1 " + status + " X\r\n" + field + "\r\n\r\n"))
                .isEqualTo(
                        Verdict.malformed(
                                "a body announced with status " + status + ", which has none"));
    }

    @Test
    void boundsTheLine() {
        String before = "HTTP/1.1 200 ";
        String longest = before + "a".repeat(StatusLine.LONGEST - before.length());
        assertThat(scan(longest + "\r\n\r\n")).isEqualTo(Verdict.SOUND);
        assertThat(scan(longest + "a"))
                .isEqualTo(
                        Verdict.flawed(Flaw.Kind.START_LINE_TOO_LONG, "a status line over 16384"));
    }

    @Test
    void boundsTheFields() {
        String most = OK + "a:\r\n".repeat(HttpLimits.DEFAULT.headerFields());
        assertThat(scan(most + "\r\n")).isEqualTo(Verdict.SOUND);
        assertThat(scan(most + "a")).isInstanceOf(Verdict.Flawed.class);
        assertThat(scan(OK + "a:" + "b".repeat(HttpLimits.DEFAULT.headerSize())))
                .isInstanceOf(Verdict.Flawed.class);
    }

    private static Verdict scan(String text) {
        return new HeadScanner(new StatusLine(HttpMethod.GET), HttpLimits.DEFAULT)
                .scan(buffer(text));
    }
}
