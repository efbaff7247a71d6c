package conduit.e2e.smuggling;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Requests that are odd or malicious, in families, each with what is to become of it. {@code
 * ORIGIN} in one stands for the authority of a running origin; a character is a byte.
 */
public final class OddRequests {

    /** What conduit is to do with a request. */
    public enum Expected {
        PASSED,
        /** Passed on, though nginx refuses it, which nobody reads in another way. */
        PASSED_NOT_BY_NGINX,
        /** Nothing is passed on. */
        REFUSED,
        /** Nothing complete is passed on. */
        REFUSED_IN_BODY,
        /** One request is passed on, and what comes behind it is none. */
        PASSED_AND_REFUSED_BEHIND
    }

    /** One request, or what looks like some. */
    public record Odd(String what, String bytes, Expected expected) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static final String LINE = "POST http://ORIGIN/a HTTP/1.1\r\n";
    private static final String HOST = "Host: ORIGIN\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";

    /** What is to arrive nowhere, written behind what should end before it. */
    static final String SMUGGLED = "GET http://ORIGIN/smuggled HTTP/1.1\r\nHost: ORIGIN\r\n\r\n";

    private OddRequests() {}

    /** All of them. */
    public static List<Odd> all() {
        return Stream.of(
                        lines(),
                        names(),
                        values(),
                        hosts(),
                        lengths(),
                        codings(),
                        doubleFraming(),
                        chunkSizes(),
                        chunkEnds(),
                        extensions(),
                        trailers(),
                        oddButSound(),
                        soundChunks(),
                        behind())
                .flatMap(family -> family)
                .toList();
    }

    private static Stream<Odd> lines() {
        return each(
                "line",
                Expected.REFUSED,
                line -> line + "\r\n" + HOST + "\r\n",
                "GET  http://ORIGIN/ HTTP/1.1",
                "GET http://ORIGIN/  HTTP/1.1",
                "GET\thttp://ORIGIN/\tHTTP/1.1",
                "GET\u000bhttp://ORIGIN/ HTTP/1.1",
                "GET http://ORIGIN/\fHTTP/1.1",
                "GET http://ORIGIN/\rHTTP/1.1",
                "GET http://ORIGIN/\u0085HTTP/1.1",
                "GET http://ORIGIN/\u00a0HTTP/1.1",
                " GET http://ORIGIN/ HTTP/1.1",
                "\tGET http://ORIGIN/ HTTP/1.1",
                "\0GET http://ORIGIN/ HTTP/1.1",
                "\nGET http://ORIGIN/ HTTP/1.1",
                "\r\n\nGET http://ORIGIN/ HTTP/1.1",
                "GET http://ORIGIN/ HTTP/1.1 ",
                "GET http://ORIGIN/ HTTP/1.1\t",
                "GET http://ORIGIN/ HTTP/1.1\r",
                "GET http://ORIGIN/ HTTP/1.1\nX: y",
                "GET http://ORIGIN/ HTTP/1.10",
                "GET http://ORIGIN/ HTTP/01.1",
                "GET http://ORIGIN/ HTTP/1.2",
                "GET http://ORIGIN/ HTTP/2.0",
                "GET http://ORIGIN/ HTTP/0.9",
                "GET http://ORIGIN/ HTTP/1",
                "GET http://ORIGIN/ http/1.1",
                "GET http://ORIGIN/ HTTP /1.1",
                "GET http://ORIGIN/",
                "GET http://ORIGIN/#a HTTP/1.1",
                "GET http://ORIGIN/a b HTTP/1.1",
                "GET http://ORIGIN/a\0b HTTP/1.1",
                "GET http://ORIGIN/a\u007fb HTTP/1.1",
                "GET http://ORIGIN/\u00fc HTTP/1.1",
                "GET http://u@ORIGIN/ HTTP/1.1",
                "GET http://ORIGIN@other/ HTTP/1.1",
                "GET http:///ORIGIN/ HTTP/1.1",
                "GET http://ORIGIN\\@other/ HTTP/1.1",
                "GET http:\\\\ORIGIN/ HTTP/1.1",
                "GET / HTTP/1.1",
                "GET // HTTP/1.1",
                "GET * HTTP/1.1",
                "G@T http://ORIGIN/ HTTP/1.1",
                "G(T http://ORIGIN/ HTTP/1.1",
                "GET: http://ORIGIN/ HTTP/1.1",
                "CONNECT http://ORIGIN/ HTTP/1.1",
                "CONNECT ORIGIN/ HTTP/1.1");
    }

    private static Stream<Odd> names() {
        Stream<Odd> lines =
                each(
                        "field line",
                        Expected.REFUSED,
                        field -> LINE + HOST + field + "\r\n\r\n",
                        "X : y",
                        "X\t: y",
                        "X",
                        "X y",
                        ": y",
                        " X: y",
                        "\tX: y",
                        "X: a\r\n b",
                        "X: a\r\n\tb",
                        "X:\r\n b",
                        "X: a\r\n \r\n b",
                        "X: a\nY: b",
                        "X: a\rY: b",
                        "X: a\r\rY: b",
                        "X: a\n\rY: b",
                        "\nX: y",
                        "\rX: y",
                        "Content-Length : 5",
                        "Content-Length\t: 5",
                        "Content-Length\u000b: 5",
                        "Content-Length\0: 5",
                        "Content Length: 5",
                        "Transfer-Encoding : chunked",
                        "Transfer-Encoding\u000b: chunked",
                        " Transfer-Encoding: chunked",
                        "X: y\r\n Transfer-Encoding: chunked",
                        "X: y\nTransfer-Encoding: chunked",
                        "X: y\rTransfer-Encoding: chunked",
                        "Transfer-Encoding\r\n : chunked",
                        "Transfer-Encoding:\r\n chunked",
                        "Content-Length:\r\n 5");
        Stream<Odd> bytes =
                "\0\u0001\u000b\f\u001f\"(),/;<=>?@[\\]{}\u007f\u0080\u00a0\u00ff"
                        .chars()
                        .mapToObj(b ->
                                new Odd(
                                        "a name with byte %02x".formatted(b),
                                        LINE + HOST + "X" + (char) b + "Y: z\r\n\r\n",
                                        Expected.REFUSED));
        return Stream.concat(lines, bytes);
    }

    private static Stream<Odd> values() {
        return IntStream.concat(IntStream.range(0, ' ').filter(b -> b != '\t'), IntStream.of(0x7f))
                .mapToObj(b ->
                        new Odd(
                                "a value with byte %02x".formatted(b),
                                LINE + HOST + "X: a" + (char) b + "b\r\n\r\n",
                                Expected.REFUSED));
    }

    private static Stream<Odd> hosts() {
        return each(
                "hosts",
                Expected.REFUSED,
                hosts -> "GET http://ORIGIN/ HTTP/1.1\r\n" + hosts + "\r\n",
                "",
                "Host: ORIGIN\r\nHost: ORIGIN\r\n",
                "Host: ORIGIN\r\nhost: other\r\n",
                "Host : ORIGIN\r\n",
                "Host: a b\r\n",
                "Host: a\tb\r\n",
                "Host: a/b\r\n",
                "Host: u@ORIGIN\r\n",
                "Host: ORIGIN#\r\n",
                "Host: ORIGIN\r\n other\r\n");
    }

    private static Stream<Odd> lengths() {
        return each(
                "length",
                Expected.REFUSED,
                value -> LINE + HOST + "Content-Length:" + value + "\r\n\r\nhello" + SMUGGLED,
                "",
                " ",
                " +5",
                " -5",
                " 0x5",
                " 5.0",
                " 5e0",
                " 5,",
                " ,5",
                " 5,5",
                " 5, 5",
                " 5, 6",
                " 5 5",
                " 5;",
                " \"5\"",
                " 5\u000b",
                " \u000b5",
                " 5\0",
                " \u00b2",
                " 5\u00a0",
                " five",
                " 9223372036854775808",
                " 18446744073709551621",
                " 99999999999999999999",
                " 0000000000000000005");
    }

    private static Stream<Odd> codings() {
        return each(
                "coding",
                Expected.REFUSED,
                value -> LINE + HOST + "Transfer-Encoding:" + value + "\r\n\r\n" + CHUNKS,
                "",
                " ",
                " gzip",
                " identity",
                " gzip, chunked",
                " chunked, gzip",
                " chunked, chunked",
                " chunked,",
                " ,chunked",
                " chunked, identity",
                " xchunked",
                " chunkedx",
                " chun ked",
                " \"chunked\"",
                " 'chunked'",
                " chunked;q=1",
                " chunked ;",
                "\u000bchunked",
                "\fchunked",
                " chunked\u000b",
                " chunked\0",
                " \u00a0chunked",
                " chunked\u00a0",
                " chunk\u00e9d",
                " chunked\r\n chunked",
                " \r\n chunked",
                " x\r\nTransfer-Encoding: chunked",
                " chunked\r\nTransfer-Encoding: x",
                " chunked\r\nTransfer-Encoding: chunked",
                " chunked\r\ntransfer-encoding: identity");
    }

    private static Stream<Odd> doubleFraming() {
        return each(
                "framing",
                Expected.REFUSED,
                fields -> fields + "\r\n" + CHUNKS + SMUGGLED,
                LINE + HOST + "Content-Length: 5\r\nContent-Length: 5\r\n",
                LINE + HOST + "Content-Length: 5\r\nContent-Length: 6\r\n",
                LINE + HOST + "Content-Length: 5\r\ncontent-length: 0\r\n",
                LINE + HOST + "Content-Length: 5\r\n" + CHUNKED,
                LINE + HOST + CHUNKED + "Content-Length: 5\r\n",
                LINE + HOST + CHUNKED + "Content-Length: 0\r\n",
                LINE + HOST + CHUNKED + "Content-Length: x\r\n",
                LINE + HOST + "Content-Length: 5\r\nTransfer-Encoding: x\r\n",
                "POST http://ORIGIN/ HTTP/1.0\r\n" + HOST + CHUNKED,
                "POST http://ORIGIN/ HTTP/1.0\r\n" + HOST + CHUNKED + "Content-Length: 5\r\n",
                "POST http://ORIGIN/ HTTP/1.0\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
                "CONNECT ORIGIN HTTP/1.1\r\n" + HOST + CHUNKED,
                "CONNECT ORIGIN HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n");
    }

    private static Stream<Odd> chunkSizes() {
        return inBody(
                "chunk size",
                size -> size + "\r\nhello\r\n0\r\n\r\n",
                "",
                " ",
                " 5",
                "\t5",
                "5 ",
                "5\t",
                "+5",
                "-5",
                "-0",
                "0x5",
                "0X5",
                "x5",
                "5h",
                "5,",
                "5.",
                "5_",
                "5\0",
                "\0005",
                "5\u000b",
                "\u00b25",
                "five",
                "\n5",
                "\r\n5",
                "5\n",
                "5\r",
                "80000000",
                "ffffffff",
                "100000005",
                "10000000000000005",
                "fffffffffffffffb",
                "00000000000000005",
                "5 ;a",
                "5\t;a",
                "5 a",
                "\"5\"");
    }

    private static Stream<Odd> chunkEnds() {
        return inBody(
                "chunk end",
                chunks -> chunks,
                "5\nhello\r\n0\r\n\r\n",
                "5\rhello\r\n0\r\n\r\n",
                "5\r\nhello\n0\r\n\r\n",
                "5\r\nhello\r0\r\n\r\n",
                "5\r\nhello0\r\n\r\n",
                "5\r\nhelloXX0\r\n\r\n",
                "5\r\nhello\r\r\n0\r\n\r\n",
                "5\r\nhello \r\n0\r\n\r\n",
                "5\r\nhello\n\n0\r\n\r\n",
                "4\r\nhello\r\n0\r\n\r\n",
                "6\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello\r\n0\n\r\n",
                "5\r\nhello\r\n0\r\r\n",
                "5\r\nhello\r\n0\r\n\rX",
                "5\r\nhello\r\n0\r\n\n",
                "0\n\n");
    }

    private static Stream<Odd> extensions() {
        return inBody(
                "extension",
                extension -> "5" + extension + "\r\nhello\r\n0\r\n\r\n",
                ";",
                ";;a",
                ";=b",
                ";a=",
                "; a",
                ";a =b",
                ";a= b",
                ";a=b c",
                ";a=\"b\"c",
                ";a\"b\"",
                ";a\nb",
                ";\n",
                ";a\rb",
                ";\r\r",
                ";a\0",
                ";a\u000b",
                ";a\u007f",
                ";a=\"b",
                ";a=\"\r\nhello\r\n0\r\n\r\n\"",
                ";a=\"b\\\"",
                ";a=\"b\\\r\n\"",
                ";a=\"\n\"",
                ";\n2\r\nab",
                ";" + "a".repeat(5000));
    }

    private static Stream<Odd> trailers() {
        return inBody(
                "trailer",
                trailer -> "0\r\n" + trailer + "\r\n\r\n",
                "X : y",
                "X",
                "X y",
                ": y",
                " X: y",
                "\tX: y",
                "X: a\r\n b",
                "X: a\nY: b",
                "X: a\rY: b",
                "X: a\0",
                "X: a\u007f",
                "X\0: a",
                "\nX: y",
                "\rX: y",
                "X\u00e9: y",
                "GET http://ORIGIN/smuggled HTTP/1.1",
                "X: y\r\n".repeat(200) + "X: y",
                "X: " + "y".repeat(70_000));
    }

    private static Stream<Odd> oddButSound() {
        Stream<Odd> fields =
                each(
                        "sound",
                        Expected.PASSED,
                        field -> LINE + HOST + field + "\r\n\r\n",
                        "X:",
                        "X: \t ",
                        "X:y",
                        "X: a\tb",
                        "X: b\u00fccher \u0080\u00ff",
                        "X: a\r\nx: b\r\nX: a",
                        "!#$%&'*+-.^_`|~0: y",
                        "X: \"(),/;<=>?@[\\]{}",
                        "Contentlength: 7",
                        "Content_Length: 7",
                        "Transfer_Encoding: chunked",
                        "X-Transfer-Encoding: chunked",
                        "TE: trailers, chunked",
                        "Content-Length: 0",
                        "Connection: Content-Length",
                        "Connection: Transfer-Encoding",
                        "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2",
                        "X: " + "y".repeat(8000));
        Stream<Odd> whole =
                each(
                        "sound",
                        Expected.PASSED,
                        bytes -> bytes,
                        "\r\n\r\nGET http://ORIGIN/ HTTP/1.1\r\n" + HOST + "\r\n",
                        "GET http://ORIGIN/ HTTP/1.0\r\n\r\n",
                        "GET http://ORIGIN HTTP/1.1\r\n" + HOST + "\r\n",
                        "GET http://ORIGIN?a HTTP/1.1\r\n" + HOST + "\r\n",
                        "GET http://ORIGIN/%0d%0a HTTP/1.1\r\n" + HOST + "\r\n",
                        "GET http://ORIGIN//a HTTP/1.1\r\n" + HOST + "\r\n",
                        "GET http://ORIGIN/ HTTP/1.1\r\nhOsT:ORIGIN\r\n\r\n",
                        "GET http://ORIGIN/ HTTP/1.1\r\nHost: other\r\n\r\n",
                        LINE + HOST + "Content-Length: 5\r\n\r\nhello",
                        LINE + HOST + "Content-Length: 000000000000000005\r\n\r\nhello",
                        LINE + HOST + "Content-Length: 5\r\n\r\n\r\n\r\n0",
                        LINE
                                + HOST
                                + "Connection: content-length\r\nContent-Length: 5\r\n\r\nhello",
                        "POST http://ORIGIN/ HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
                        "GET http://ORIGIN/ HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello",
                        LINE
                                + HOST
                                + "Content-Length: 46\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.0\r\n\r\n!");
        Stream<Odd> methods =
                each(
                        "method",
                        Expected.PASSED_NOT_BY_NGINX,
                        method -> method + " http://ORIGIN/ HTTP/1.1\r\n" + HOST + "\r\n",
                        "get",
                        "!#$%&'*+-.^_`|~",
                        "CONNECTED",
                        "connect",
                        "HTTP.1.1");
        Stream<Odd> tabs =
                each(
                        "sound",
                        Expected.PASSED_NOT_BY_NGINX,
                        field -> LINE + HOST + field + "\r\n\r\nhello",
                        "content-LENGTH:\t5 \t");
        return Stream.of(fields, whole, methods, tabs).flatMap(odd -> odd);
    }

    private static Stream<Odd> soundChunks() {
        return each(
                "sound chunks",
                Expected.PASSED,
                chunks -> LINE + HOST + CHUNKED + "\r\n" + chunks,
                "0\r\n\r\n",
                "0000\r\n\r\n",
                CHUNKS,
                "005\r\nhello\r\n0\r\n\r\n",
                "0000000000000005\r\nhello\r\n0\r\n\r\n",
                "A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n",
                "5;a=b;c\r\nhello\r\n0;d\r\n\r\n",
                "5;a=\"b;c\\\"\"\r\nhello\r\n0\r\n\r\n",
                "5\r\n0\r\n\r\n\r\n0\r\n\r\n",
                "5\r\nhello\r\n0\r\nX: y\r\nZ:\r\n\r\n",
                "1\r\na\r\n".repeat(500) + "0\r\n\r\n");
    }

    private static Stream<Odd> behind() {
        String get = "GET http://ORIGIN/ HTTP/1.1\r\n" + HOST + "\r\n";
        return each(
                "behind a request",
                Expected.PASSED_AND_REFUSED_BEHIND,
                bytes -> bytes,
                get + "\0",
                get + "x\n",
                get + "\n",
                get + " \r\n\r\n",
                get + "GET / HTTP/1.1\r\n" + HOST + "\r\n",
                get + "GET http://ORIGIN/ HTTP/1.1\r\n\r\n",
                LINE + HOST + "Content-Length: 5\r\n\r\nhello!\r\n\r\n",
                LINE + HOST + "Content-Length: 0\r\n\r\n" + CHUNKS,
                LINE + HOST + "\r\n" + CHUNKS,
                LINE + HOST + CHUNKED + "\r\n" + CHUNKS + CHUNKS,
                LINE + HOST + CHUNKED + "\r\n0\r\n\r\n\n",
                get.replace(
                                "\r\n\r\n",
                                "\r\nSec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n")
                        + "8 bytes\n");
    }

    private static Stream<Odd> inBody(
            String family, Function<String, String> body, String... variants) {
        return each(
                family,
                Expected.REFUSED_IN_BODY,
                body.andThen(chunks -> LINE + HOST + CHUNKED + "\r\n" + chunks + SMUGGLED),
                variants);
    }

    private static Stream<Odd> each(
            String family, Expected expected, Function<String, String> whole, String... variants) {
        return Stream.of(variants)
                .map(variant -> new Odd(name(family, variant), whole.apply(variant), expected));
    }

    /** The variant as far as it is short, with what is not printable as numbers. */
    static String name(String family, String variant) {
        StringBuilder name = new StringBuilder(family).append(" \"");
        variant.chars()
                .limit(60)
                .forEach(c ->
                        name.append(
                                c >= ' ' && c <= '~'
                                        ? String.valueOf((char) c)
                                        : String.format("\\x%02x", c)));
        return name.append('"').toString();
    }
}
