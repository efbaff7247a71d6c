package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Heads.HOST;
import static conduit.inbound.http.decode.Heads.LINE;
import static conduit.inbound.http.decode.Heads.buffer;
import static conduit.inbound.http.decode.Heads.printable;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.HttpLimits;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scanner makes of the heads in {@link Heads}, whole and in pieces. */
class HeadScannerTest {

    private static final Verdict INCOMPLETE = new Verdict.Incomplete();
    private static final Verdict SOUND = new Verdict.Sound();
    private static final Verdict LINE_TOO_LONG =
            flawed(Flaw.Kind.START_LINE_TOO_LONG, "a request line over 16384");

    /** What may come behind a head, or behind its first flaw. */
    private static final List<String> TAILS = List.of("", "\r\n\r\n", "GET / HTTP/1.1\r\n", "\0");

    @ParameterizedTest
    @FieldSource("conduit.inbound.http.decode.Heads#SOUND")
    void findsASoundHeadSoundWithItsLastByteAndNotBefore(String head) {
        for (int length = 0; length < head.length(); length++) {
            assertThat(scan(head.substring(0, length)))
                    .as(printable(head.substring(0, length)))
                    .isEqualTo(INCOMPLETE);
        }
        for (String tail : TAILS) {
            assertThat(scan(head + tail)).isEqualTo(SOUND);
        }
    }

    @ParameterizedTest
    @MethodSource("conduit.inbound.http.decode.Heads#flaws")
    void namesAFlawAtTheFirstByteThatShowsIt(Heads.Flawed flaw) {
        int last = flaw.upTo().length() - 1;
        assertThat(scan(flaw.upTo().substring(0, last))).isEqualTo(INCOMPLETE);
        for (String tail : TAILS) {
            assertThat(scan(flaw.upTo() + tail)).isEqualTo(flaw.verdict());
        }
    }

    @ParameterizedTest
    @FieldSource("conduit.inbound.http.decode.Heads#SOUND")
    void findsASoundHeadSoundHoweverItIsCut(String head) {
        assertSameVerdictHoweverCut(head, SOUND);
    }

    @ParameterizedTest
    @MethodSource("conduit.inbound.http.decode.Heads#flaws")
    void namesTheSameFlawHoweverTheHeadIsCut(Heads.Flawed flaw) {
        assertSameVerdictHoweverCut(flaw.upTo(), flaw.verdict());
    }

    private static void assertSameVerdictHoweverCut(String head, Verdict expected) {
        for (int split = 0; split < head.length(); split++) {
            HeadScanner scanner =
                    new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT);
            assertThat(scanner.scan(buffer(head.substring(0, split)))).isEqualTo(INCOMPLETE);
            assertThat(scanner.scan(buffer(head))).as("split at %d", split).isEqualTo(expected);
        }
        HeadScanner scanner =
                new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT);
        for (int length = 0; length < head.length(); length++) {
            assertThat(scanner.scan(buffer(head.substring(0, length)))).isEqualTo(INCOMPLETE);
        }
        assertThat(scanner.scan(buffer(head))).isEqualTo(expected);
    }

    @ParameterizedTest
    @FieldSource("conduit.inbound.http.decode.Heads#SOUND")
    void beginsAtTheReaderIndexAndDoesNotMoveIt(String head) {
        ByteBuf in = buffer("\0 \r\n" + head + "rest").skipBytes(4);
        assertThat(
                        new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT)
                                .scan(in))
                .isEqualTo(SOUND);
        assertThat(in.readerIndex()).isEqualTo(4);
    }

    @Test
    void goesOnWhereverTheBufferMovesItsBytesTo() {
        HeadScanner scanner =
                new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT);
        ByteBuf in = buffer("consumed" + LINE + "Ho").skipBytes(8);
        assertThat(scanner.scan(in)).isEqualTo(INCOMPLETE);
        in.discardReadBytes().writeBytes(buffer("st: a\r\n\r\n"));
        assertThat(scanner.scan(in)).isEqualTo(SOUND);
    }

    @Test
    void hasBegunWithItsFirstByte() {
        HeadScanner scanner =
                new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT);
        assertThat(scanner.begun()).isFalse();
        assertThat(scanner.scan(buffer(""))).isEqualTo(INCOMPLETE);
        assertThat(scanner.begun()).isFalse();
        assertThat(scanner.scan(buffer("G"))).isEqualTo(INCOMPLETE);
        assertThat(scanner.begun()).isTrue();
    }

    @Test
    void hasBegunWithAFirstByteThatIsFlawed() {
        HeadScanner scanner =
                new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT);
        assertThat(scanner.scan(buffer("\u0016"))).isInstanceOf(Verdict.Flawed.class);
        assertThat(scanner.begun()).isTrue();
    }

    @Test
    void readsARequestLineUpToItsLimitWithoutItsEnd() {
        String before = "GET http://example.com/";
        String behind = " HTTP/1.1";
        int room = HttpLimits.DEFAULT.requestLine() - before.length() - behind.length();
        String longest = before + "a".repeat(room) + behind;
        assertThat(scan(longest + "\r\n" + HOST + "\r\n")).isEqualTo(SOUND);
        assertFlawedByItsLastByte(before + "a".repeat(room + 1) + behind, LINE_TOO_LONG);
        for (int more = 2; more <= behind.length() + 1; more++) {
            String line = before + "a".repeat(room + more) + behind;
            assertFlawedByItsLastByte(
                    line.substring(0, HttpLimits.DEFAULT.requestLine() + 1), LINE_TOO_LONG);
        }
    }

    @Test
    void boundsAMethodThatDoesNotEnd() {
        assertFlawedByItsLastByte("A".repeat(HttpLimits.DEFAULT.requestLine() + 1), LINE_TOO_LONG);
    }

    /** Each line with its end, but not the empty one behind them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                HOST + "Cookie: @\r\n",
                HOST + "A: b\r\nCookie:@\r\n",
                HOST + "C@:\r\n",
                HOST + "C: @\r\nD: e\r\n",
                HOST + "C: @\r\nD:\r\n",
                HOST + "C: @\r\nDefghijklmn:\r\n"
            })
    void readsAHeaderBlockUpToItsLimit(String block) {
        int room = HttpLimits.DEFAULT.headerSize() - block.length() + 1;
        assertThat(scan(LINE + block.replace("@", "a".repeat(room)) + "\r\n")).isEqualTo(SOUND);
        String over = LINE + block.replace("@", "a".repeat(room + 1));
        assertFlawedByItsLastByte(
                over, flawed(Flaw.Kind.FIELDS_TOO_LARGE, "a header block over 65536"));
    }

    @Test
    void doesNotCountTheRequestLineAsHeader() {
        String line = "GET /" + "a".repeat(10_000) + " HTTP/1.1\r\n";
        String header = HOST + "C: ";
        int room = HttpLimits.DEFAULT.headerSize() - header.length() - 2;
        assertThat(scan(line + header + "a".repeat(room) + "\r\n\r\n")).isEqualTo(SOUND);
    }

    @Test
    void reads200FieldsAndNotOneMore() {
        String fields = LINE + HOST + "a:\r\n".repeat(HttpLimits.DEFAULT.headerFields() - 1);
        assertThat(scan(fields + "\r\n")).isEqualTo(SOUND);
        assertFlawedByItsLastByte(
                fields + "a", flawed(Flaw.Kind.FIELDS_TOO_LARGE, "more than 200 header fields"));
    }

    private static void assertFlawedByItsLastByte(String head, Verdict expected) {
        assertThat(scan(head.substring(0, head.length() - 1))).isEqualTo(INCOMPLETE);
        assertThat(scan(head)).isEqualTo(expected);
    }

    @Test
    void takesEveryByteForWhatTheGrammarSays() {
        String token =
                "!#$%&'*+-.^_`|~0123456789"
                        + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        for (char b = 0; b < 256; b++) {
            boolean inToken = token.indexOf(b) >= 0;
            boolean inTarget = b > ' ' && b < 0x7f && b != '#';
            boolean inValue = b == '\t' || (b >= ' ' && b != 0x7f);
            assertGoesOn("G" + b, inToken || b == ' ');
            assertGoesOn("GET /" + b, inTarget || b == ' ');
            assertGoesOn(LINE + b, inToken || b == '\r');
            assertGoesOn(LINE + "a" + b, inToken || b == ':');
            assertGoesOn(LINE + "a: a" + b, inValue || b == '\r');
        }
    }

    private static void assertGoesOn(String beginning, boolean expected) {
        assertThat(scan(beginning).equals(INCOMPLETE)).as(printable(beginning)).isEqualTo(expected);
    }

    private static Verdict scan(String text) {
        return new HeadScanner(new RequestLine(HttpLimits.DEFAULT), HttpLimits.DEFAULT)
                .scan(buffer(text));
    }

    private static Verdict flawed(Flaw.Kind kind, String detail) {
        return Verdict.flawed(kind, detail);
    }
}
