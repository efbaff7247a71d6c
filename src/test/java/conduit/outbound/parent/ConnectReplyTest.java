package conduit.outbound.parent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.inbound.Seed;
import conduit.outbound.parent.ConnectReply.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectReplyTest {

    private static final int ROUNDS = 2_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 Connection established\r\n\r\n",
                "HTTP/1.0 200 OK\r\nVia: 1.0 old\r\n\r\n",
                "HTTP/1.1 200 \r\n\r\n",
                "HTTP/1.1 200\r\n\r\n",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 299 \u00fc\r\nX:\r\n folded\r\n\r\n",
                "HTTP/1.1 200 OK\n\n",
            })
    void takesAny2xxForAYesAndLeavesTheRest(String answer) {
        assertThat(verdict(answer + "SSH-2.0-banner\r\n\r\n", "SSH-2.0-banner\r\n\r\n"))
                .isEqualTo(new Verdict.Accepted());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1000\r\n",
                "Content-Length: 0\r\nContent-Length: 5\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Connection: close\r\nUpgrade: anything\r\n",
            })
    void takesNoFieldOfAYesSeriously(String fields) {
        assertThat(verdict("HTTP/1.1 200 OK\r\n" + fields + "\r\nbytes", "bytes"))
                .isEqualTo(new Verdict.Accepted());
    }

    @Test
    void skipsInterimAnswers() {
        String interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";

        assertThat(verdict(interim + "HTTP/1.1 200 OK\r\n\r\n!", "!"))
                .isEqualTo(new Verdict.Accepted());
        assertThat(verdict(interim + "HTTP/1.1 403 Forbidden\r\n\r\n!", "!"))
                .isEqualTo(new Verdict.Declined(403, "403 Forbidden", Optional.empty()));
    }

    @Test
    void repeatsStatusAndReasonOfARefusal() {
        assertThat(declined("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"))
                .isEqualTo("407 Proxy Authentication Required");
        assertThat(declined("HTTP/1.1 302\r\nLocation: http://login/\r\n\r\n")).isEqualTo("302");
        assertThat(declined("HTTP/1.0 999  odd \r\n\r\n")).isEqualTo("999 odd");
        assertThat(declined("HTTP/1.1 500 " + "x".repeat(1000) + "\r\n\r\n"))
                .isEqualTo("500 " + "x".repeat(76) + "...");
    }

    @Test
    void readsTheErrorThatProxyStatusNames() {
        assertThat(error("Proxy-Status: conduit; error=connection_refused; details=\"no\""))
                .contains("connection_refused");
        assertThat(error("proxy-status: origin;error=dns_error, parent; error=dns_timeout"))
                .contains("dns_timeout");
        assertThat(error("Proxy-Status: a; error=dns_error\r\nProxy-Status: b"))
                .contains("dns_error");
        assertThat(error("Proxy-Status: a; details=\"; error=dns_error \\\"; error=b\"")).isEmpty();
        assertThat(error("Proxy-Status: a; error=\"dns_error\"")).contains("\"dns_error\"");
        assertThat(error("Proxy-Status: \"")).isEmpty();
        assertThat(error("Proxy-Status: a; details=\"\\")).isEmpty();
        assertThat(error("Proxy-Status: a;")).isEmpty();
        assertThat(error("X-Proxy-Status: a; error=dns_error")).isEmpty();
    }

    @Test
    void tellsANameThatDoesNotExistByTheCodeBesideTheError() {
        assertThat(noSuchName("a; error=dns_error; rcode=\"NXDOMAIN\"; details=\"no\"")).isTrue();
        assertThat(noSuchName("a;rcode=\"NXDOMAIN\";error=dns_error")).isTrue();
        assertThat(noSuchName("a; error=dns_error; rcode=\"SERVFAIL\"")).isFalse();
        assertThat(noSuchName("a; error=dns_error; rcode=NXDOMAIN")).isFalse();
        assertThat(noSuchName("a; error=dns_error; details=\"; rcode=\\\"NXDOMAIN\\\"\""))
                .isFalse();
        assertThat(noSuchName("a; error=dns_error; rcode=\"NXDOMAIN\", b; error=dns_error"))
                .isFalse();
        assertThat(noSuchName("a; rcode=\"NXDOMAIN\", b; error=dns_error")).isFalse();
        assertThat(noSuchName("a; error=dns_error, b; rcode=\"NXDOMAIN\"")).isFalse();
    }

    private static boolean noSuchName(String value) {
        return ProxyStatus.lastError(value).orElseThrow().tellsOfNoSuchName();
    }

    @Test
    void repeatsWhatSquidCallsTheError() {
        String answer = "HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ";

        assertThat(declined(answer + "ERR_CONNECT_FAIL 111\r\n\r\n"))
                .isEqualTo("503 Service Unavailable (ERR_CONNECT_FAIL 111)");
        assertThat(declined(answer + "y".repeat(1000) + "\r\n\r\n"))
                .isEqualTo("503 Service Unavailable (" + "y".repeat(80) + "...)");
    }

    @Test
    void forgetsWhatAnInterimAnswerSaid() {
        String fields = "Proxy-Status: a; error=dns_error\r\nX-Squid-Error: ERR_X 1";
        String interim = "HTTP/1.1 103 Early Hints\r\n" + fields + "\r\n\r\n";

        assertThat(verdict(interim + "HTTP/1.1 502 Bad Gateway\r\n\r\n", ""))
                .isEqualTo(new Verdict.Declined(502, "502 Bad Gateway", Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "\u0015\u0003\u0001\u0000\u0002\u0002P",
                "\u0005\u00ff",
                "<html>",
                "HTTP/2.0 200 OK\r\n\r\n",
                "http/1.1 200 OK\r\n\r\n",
                "\r\nHTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nnonsense",
            })
    void saysAtTheFirstWrongByteThatThisIsNotHttp(String answer) {
        assertThat(why(answer)).isEqualTo("does not answer in HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 \r\n\r\n",
                "HTTP/1.1 20\r\n\r\n",
                "HTTP/1.1 2000\r\n\r\n",
                "HTTP/1.1 200OK\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1 099 OK\r\n\r\n",
                "HTTP/1.x 200 OK\r\n\r\n",
            })
    void doesNotGuessWhatAStatusLineMeans(String answer) {
        assertThat(why(answer)).isEqualTo("answers with a status line that is none");
    }

    @Test
    void takesNoSwitchOfProtocolsForAnAnswer() {
        assertThat(why("HTTP/1.1 101 Switching Protocols\r\n\r\n")).contains("switches protocols");
    }

    @Test
    void readsHeadersUpToItsLimitsAndNoFurther() {
        String line = "HTTP/1.1 200 OK\r\n";
        String largest = "a".repeat(ConnectReply.LONGEST - line.length() - 4);
        String fields = "f: v\r\n".repeat(ConnectReply.MOST_FIELDS);

        assertThat(atOnce(line + largest + "\r\n\r\n")).isEqualTo(new Verdict.Accepted());
        assertThat(atOnce(line + largest + "a\r\n\r\n"))
                .isEqualTo(new Verdict.Unusable("sends a header of more than 65536 bytes"));
        assertThat(atOnce(line + largest + "aaaa"))
                .isEqualTo(new Verdict.Unusable("sends a header of more than 65536 bytes"));
        assertThat(atOnce(line + fields + "\r\n")).isEqualTo(new Verdict.Accepted());
        assertThat(atOnce(line + fields + "f: v\r\n"))
                .isEqualTo(new Verdict.Unusable("sends more than 200 header fields"));
    }

    @Test
    void readsNoMoreInterimAnswersThanFitIntoItsLimit() {
        assertThat(atOnce("HTTP/1.1 100 Continue\r\n\r\n".repeat(3000)))
                .isInstanceOf(Verdict.Unusable.class);
    }

    @Test
    void looksAtEachByteOnceHoweverManyPiecesComeIn() {
        ConnectReply reply = new ConnectReply();
        ByteBuf in = Unpooled.buffer();
        in.writeBytes("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
        IntStream.range(0, 40_000)
                .forEach(i -> {
                    in.writeByte('a');
                    assertThat(reply.read(in)).isEqualTo(new Verdict.Incomplete());
                });
        in.writeBytes("\r\n\r\nleft".getBytes(ISO_8859_1));

        assertThat(reply.read(in)).isEqualTo(new Verdict.Accepted());
        assertThat(in.toString(ISO_8859_1)).isEqualTo("left");
    }

    /** Whatever a parent's bytes turn into: no exception, and one verdict in all pieces. */
    @Test
    void judgesMutilatedAnswersTheSameInAllPieces() {
        String answer =
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Unavailable\r\n"
                        + "Proxy-Status: p; error=dns_error\r\nX-Squid-Error: E 1\r\n\r\nrest";
        Seed.rounds(
                ROUNDS,
                random ->
                        Splits.read(
                                mutilated(answer.getBytes(ISO_8859_1), random),
                                new Verdict.Incomplete(),
                                () -> new ConnectReply()::read));
    }

    private static byte[] mutilated(byte[] bytes, Random random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            byte[] likely = "\r\n :;\"\\HTP/1.0259=".getBytes(ISO_8859_1);
            bytes[random.nextInt(bytes.length)] =
                    random.nextBoolean()
                            ? likely[random.nextInt(likely.length)]
                            : (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static Verdict atOnce(String answer) {
        return new ConnectReply().read(Unpooled.copiedBuffer(answer, ISO_8859_1));
    }

    private static Verdict verdict(String bytes, String left) {
        Splits.Read<Verdict> read =
                Splits.read(
                        bytes.getBytes(ISO_8859_1),
                        new Verdict.Incomplete(),
                        () -> new ConnectReply()::read);
        assertThat(read.left()).isEqualTo(left);
        return read.verdict();
    }

    private static String declined(String answer) {
        return ((Verdict.Declined) verdict(answer, "")).words();
    }

    private static Optional<String> error(String fields) {
        return ((Verdict.Declined) verdict("HTTP/1.1 502 No\r\n" + fields + "\r\n\r\n", ""))
                .error()
                .map(ProxyStatus::error);
    }

    private static String why(String answer) {
        Verdict verdict =
                Splits.read(
                                answer.getBytes(ISO_8859_1),
                                (Verdict) new Verdict.Incomplete(),
                                () -> new ConnectReply()::read)
                        .verdict();
        return ((Verdict.Unusable) verdict).why();
    }
}
