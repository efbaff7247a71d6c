package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Heads.buffer;
import static conduit.inbound.http.decode.Heads.printable;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.HttpLimits;
import conduit.inbound.Seed;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Heads a little wrong, or very wrong, judged by the scanner, by an oracle and by Netty. */
class HeadScannerFuzzTest {

    private static final List<String> SCRAPS =
            List.of(
                    "\r\n",
                    "\r",
                    "\n",
                    " ",
                    "\t",
                    "\u000b",
                    "\0",
                    ":",
                    "\r\n\r\n",
                    "\r\n ",
                    "#",
                    "\u0085",
                    "\u00a0",
                    "\u00ff",
                    "Host: b\r\n",
                    "host:\r\n",
                    "Host : a\r\n",
                    "Content-Length: 1\r\n",
                    "Content-Length: 1, 1\r\n",
                    "Content-Length: +1\r\n",
                    "Content-Length:\r\n",
                    "content-length: 01\t\r\n",
                    "Content-Length: 2\u00b2\r\n",
                    "Transfer-Encoding: chunked\r\n",
                    "Transfer-Encoding: gzip, chunked\r\n",
                    "Transfer-Encoding: xchunked\r\n",
                    "transfer-encoding:\tCHUNKED \r\n",
                    "Transfer-Encoding: chunked,\r\n",
                    "Transfer-Encoding: \"chunked\"\r\n",
                    "Connection: close\r\n",
                    "CONNECT",
                    "HTTP/1.0",
                    "HTTP/1.1",
                    "HTTP/2.0",
                    "PRI",
                    "Upgrade: websocket\r\n",
                    "0",
                    "a");

    @Test
    void judgesMutatedHeadsLikeTheOracleAndAtTheFirstByteThatAllowsIt() {
        Seed.rounds(
                20_000,
                random -> {
                    String text = mutated(random);
                    int length = lengthOfVerdict(text);
                    String judged = text.substring(0, length);
                    switch (new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT)
                            .scan(buffer(text))) {
                        case Verdict.Sound() -> assertThat(judged).matches(HeadOracle::isSound);
                        case Verdict.Incomplete() ->
                                assertThat(text.isEmpty() || HeadOracle.mayGrowIntoAHead(text))
                                        .as(printable(text))
                                        .isTrue();
                        case Verdict.Flawed flawed -> assertFlawed(judged, flawed);
                    }
                });
    }

    private static void assertFlawed(String judged, Verdict.Flawed flawed) {
        String before = judged.substring(0, judged.length() - 1);
        assertThat(before.isEmpty() || HeadOracle.mayGrowIntoAHead(before))
                .as("one byte before its end: %s", printable(judged))
                .isTrue();
        assertThat(HeadOracle.isSound(judged)).as(printable(judged)).isFalse();
        boolean contradicts = judged.endsWith("\r\n\r\n");
        boolean version = flawed.flaw().kind() == Flaw.Kind.UNKNOWN_VERSION;
        assertThat(contradicts || version || !HeadOracle.mayGrowIntoAHead(judged))
                .as("already flawed: %s", printable(judged))
                .isTrue();
    }

    /** How much of a text is needed for a verdict; all of it when that is not enough. */
    private static int lengthOfVerdict(String text) {
        HeadScanner scanner =
                new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT);
        for (int length = 1; length <= text.length(); length++) {
            Verdict verdict = scanner.scan(buffer(text).writerIndex(length));
            if (!verdict.equals(new Verdict.Incomplete())) {
                return length;
            }
        }
        return text.length();
    }

    @Test
    void findsNothingSoundThatNettyReadsInAnotherWay() {
        Seed.rounds(
                10_000,
                random -> {
                    String text = mutated(random);
                    String head = text.substring(0, lengthOfVerdict(text));
                    if (new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT)
                            .scan(buffer(head))
                            .equals(new Verdict.Sound())) {
                        assertNettyAgrees(head);
                    }
                });
    }

    @Test
    void findsNothingSoundInTheTableThatNettyReadsInAnotherWay() {
        Heads.SOUND.forEach(HeadScannerFuzzTest::assertNettyAgrees);
    }

    private static void assertNettyAgrees(String head) {
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(limits()));
        try {
            channel.writeInbound(buffer(head));
            HttpRequest request = channel.readInbound();
            assertThat(request).as(printable(head)).isNotNull();
            assertThat(request.decoderResult().isSuccess()).as(printable(head)).isTrue();
            assertThat(request.method().name()).isEqualTo(HeadOracle.method(head));
            assertThat(request.uri()).isEqualTo(HeadOracle.target(head));
            assertThat(request.headers().size())
                    .as(printable(head))
                    .isEqualTo((int) HeadOracle.fields(head));
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    /** As {@link RequestDecoder} has them. */
    private static HttpDecoderConfig limits() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(HttpLimits.DEFAULT.requestLine() * 2)
                .setMaxHeaderSize(HttpLimits.DEFAULT.headerSize() * 2);
    }

    @Test
    void neverThrowsAtBytesThatAreNoHeadAtAll() {
        Seed.rounds(
                20_000,
                random -> {
                    byte[] bytes = new byte[random.nextInt(64)];
                    random.nextBytes(bytes);
                    String text = new String(bytes, ISO_8859_1);
                    if (new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT)
                            .scan(buffer(text))
                            .equals(new Verdict.Sound())) {
                        assertThat(text).matches(HeadOracle::isSound);
                    }
                });
    }

    private static String mutated(Random random) {
        StringBuilder head = new StringBuilder(Heads.SOUND.get(random.nextInt(Heads.SOUND.size())));
        int mutations = 1 + random.nextInt(3);
        for (int i = 0; i < mutations && !head.isEmpty(); i++) {
            mutate(head, random);
        }
        return head.toString();
    }

    private static void mutate(StringBuilder head, Random random) {
        int at = random.nextInt(head.length());
        int to = Math.min(head.length(), at + 1 + random.nextInt(8));
        switch (random.nextInt(7)) {
            case 0 -> head.setCharAt(at, (char) random.nextInt(256));
            case 1 -> head.deleteCharAt(at);
            case 2 -> head.delete(at, to);
            case 3 -> head.insert(at, head.substring(at, to));
            case 4 -> head.setLength(at);
            case 5 -> head.insert(at, scrap(random));
            default -> head.insert(lineStart(head, at), scrap(random));
        }
    }

    private static String scrap(Random random) {
        return SCRAPS.get(random.nextInt(SCRAPS.size()));
    }

    /** The beginning of the line after this position, if there is one. */
    private static int lineStart(StringBuilder head, int at) {
        int line = head.indexOf("\r\n", at);
        return line < 0 ? at : line + 2;
    }
}
