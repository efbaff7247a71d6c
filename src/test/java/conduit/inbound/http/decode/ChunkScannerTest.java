package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Heads.buffer;
import static conduit.inbound.http.decode.Heads.printable;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.HttpLimits;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunked bodies, whole and cut everywhere, judged with nothing decoding behind. */
class ChunkScannerTest {

    private static final String SIZE = "a chunk size holds a byte that it must not";
    private static final String NO_SIZE = "a chunk does not begin with its size";
    private static final String UNENDED = "a chunk does not end where its size says";
    private static final String EXTENSION = "a chunk extension holds a byte that it must not";
    private static final String CHUNK = "5\r\nhello\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0\r\n\r\n",
                "000\r\n\r\n",
                CHUNK + "0\r\n\r\n",
                "0000000000000005\r\nhello\r\n0\r\n\r\n",
                "A\r\n0123456789\r\na\r\n\r\n0\r\n\r\n0\r\n\r\n0\r\n\r\n",
                "5;a;b\r\nhello\r\n0;a=b\r\n\r\n",
                "5;a=\"b;\\\"\t~\";c=d\r\nhello\r\n0\r\n\r\n",
                CHUNK + "0\r\nDigest: a\r\nOther:\r\n\r\n",
            })
    void findsABodySoundWithItsLastByteAndNotBefore(String body) {
        for (int length = 0; length < body.length(); length++) {
            assertThat(scan(body.substring(0, length))).isEqualTo(Verdict.INCOMPLETE);
        }
        assertThat(scan(body)).isEqualTo(Verdict.SOUND);
        assertThat(scan(body + "\0")).isEqualTo(Verdict.SOUND);
        assertThat(scanByteByByte(body)).isEqualTo(Verdict.SOUND);
    }

    /**
     * A body that is flawed.
     *
     * @param upTo its bytes up to the first that shows it
     */
    record Flawed(String upTo, String detail) {}

    static Stream<Flawed> flaws() {
        return Stream.of(
                        Stream.of(
                                        "\r",
                                        "\n",
                                        " ",
                                        ";",
                                        "-",
                                        "+",
                                        "x",
                                        "g",
                                        "\u0665",
                                        "\0",
                                        CHUNK + "\r")
                                .map(upTo -> new Flawed(upTo, NO_SIZE)),
                        Stream.of(
                                        "0x", "5 ", "5\t", "5\n", "5h", "5,", "5_", "5\0", "5.",
                                        "5\u00a0")
                                .map(upTo -> new Flawed(upTo, SIZE)),
                        Stream.of(
                                        "5\r\nhellox",
                                        "5\r\nhello\n",
                                        "5\r\nhello\r5",
                                        "5\r\nhello\r\r",
                                        "1\r\nab")
                                .map(upTo -> new Flawed(upTo, UNENDED)),
                        Stream.of(
                                        "5;a\n",
                                        "5;a=\"\r",
                                        "5;\0",
                                        "5;a\u007f",
                                        "5;a=\"\u00dc",
                                        "5;a=\"\\\u00dc",
                                        "5;a=\"\\\r",
                                        "5;a=\"\n")
                                .map(upTo -> new Flawed(upTo, EXTENSION)),
                        Stream.of(
                                        "5\r5",
                                        "5\r\r",
                                        "5;a\rb",
                                        "5;a\r\r",
                                        "0\r\n\r5",
                                        "0\r\nA: b\r\n\rX")
                                .map(upTo -> new Flawed(upTo, "CR without LF")),
                        Stream.of(
                                new Flawed("80000000", "a chunk of more than 2147483647 bytes"),
                                new Flawed("100000000", "a chunk of more than 2147483647 bytes"),
                                new Flawed(
                                        "00000000000000000", "a chunk size of more than 16 digits"),
                                new Flawed("0\r\n ", "a header line begins with white space"),
                                new Flawed(
                                        "0\r\nA: b\r\n\t", "a header line begins with white space"),
                                new Flawed(
                                        "0\r\n:", "a header line does not begin with a field name"),
                                new Flawed("0\r\nA ", "a field name holds a byte that it must not"),
                                new Flawed(
                                        "0\r\nA\n", "a field name holds a byte that it must not"),
                                new Flawed(
                                        "0\r\nA: b\n", "a field value holds a control character"),
                                new Flawed(
                                        "0\r\nA: b\0", "a field value holds a control character")))
                .flatMap(flaws -> flaws);
    }

    @ParameterizedTest
    @MethodSource("flaws")
    void namesAFlawHoweverTheBodyIsCut(Flawed flaw) {
        Verdict expected = Verdict.malformed(flaw.detail());
        assertThat(scan(flaw.upTo())).isEqualTo(expected);
        assertThat(scan(flaw.upTo() + "\r\n0\r\n\r\n")).isEqualTo(expected);
        assertThat(scanByteByByte(flaw.upTo())).as(printable(flaw.upTo())).isEqualTo(expected);
    }

    @Test
    void boundsAnExtension() {
        String longest = "5;" + "a".repeat(ChunkLine.LONGEST - 2);
        assertThat(scan(longest)).isEqualTo(Verdict.INCOMPLETE);
        assertThat(scan(longest + "a")).isEqualTo(Verdict.malformed("a chunk extension over 4096"));
        String quoted = "5;a=\"" + "a".repeat(ChunkLine.LONGEST - 5);
        assertThat(scan(quoted)).isEqualTo(Verdict.INCOMPLETE);
        assertThat(scan(quoted + "a")).isEqualTo(Verdict.malformed("a chunk extension over 4096"));
    }

    @Test
    void boundsEachExtensionForItself() {
        String chunk = "1;" + "a".repeat(3000) + "\r\nx\r\n";
        assertThat(scan(chunk + chunk + "0\r\n\r\n")).isEqualTo(Verdict.SOUND);
    }

    @Test
    void boundsTheTrailers() {
        String most = "0\r\n" + "a:\r\n".repeat(HttpLimits.DEFAULT.headerFields());
        assertThat(scan(most + "\r\n")).isEqualTo(Verdict.SOUND);
        assertThat(scan(most + "a"))
                .isEqualTo(
                        Verdict.flawed(Flaw.Kind.FIELDS_TOO_LARGE, "more than 200 header fields"));
        assertThat(scan("0\r\na:" + "a".repeat(HttpLimits.DEFAULT.headerSize())))
                .isEqualTo(Verdict.flawed(Flaw.Kind.FIELDS_TOO_LARGE, "a header block over 65536"));
    }

    @Test
    void readsDataOfAnySizeWithoutLookingAtIt() {
        assertThat(scan("7fffffff\r\n\0\r\n0\r\n\r\n")).isEqualTo(Verdict.INCOMPLETE);
    }

    private static Verdict scan(String text) {
        return new ChunkScanner(HttpLimits.DEFAULT).scan(buffer(text));
    }

    /** As if each byte had been decoded as soon as it was judged. */
    private static Verdict scanByteByByte(String text) {
        ChunkScanner scanner = new ChunkScanner(HttpLimits.DEFAULT);
        Verdict verdict = Verdict.INCOMPLETE;
        for (int i = 0; i < text.length() && verdict.equals(Verdict.INCOMPLETE); i++) {
            verdict = scanner.scan(buffer(text.substring(i, i + 1)));
            scanner.decoded(1);
        }
        return verdict;
    }
}
