package conduit.e2e.smuggling;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Responses that are odd or malicious, in families, each with what is to become of it. */
public final class OddResponses {

    /** What the client is to see. */
    public enum Expected {
        PASSED,
        /** A 502 in its place. */
        REFUSED,
        /** The head, perhaps, and then no end but that of a broken connection. */
        BROKEN_IN_BODY
    }

    /** Everything an origin sends to a request of this method before it closes. */
    public record Odd(String what, String method, String bytes, Expected expected) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String CHUNKS = "5\r\nhello\r\n0\r\n\r\n";
    private static final String SECOND = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled";

    private OddResponses() {}

    /** All of them. */
    public static List<Odd> all() {
        return Stream.of(
                        lines(),
                        fieldLines(),
                        values(),
                        lengths(),
                        codings(),
                        doubleFraming(),
                        bodiless(),
                        sizes(),
                        chunks(),
                        sound(),
                        soundWithoutBody())
                .flatMap(family -> family)
                .toList();
    }

    private static Stream<Odd> lines() {
        return each(
                "status line",
                Expected.REFUSED,
                line -> line + "\r\nContent-Length: 5\r\n\r\nhello",
                "",
                "\r\nHTTP/1.1 200 OK",
                "\nHTTP/1.1 200 OK",
                " HTTP/1.1 200 OK",
                "\0HTTP/1.1 200 OK",
                "http/1.1 200 OK",
                "HTTP/1.1  200 OK",
                "HTTP/1.1\t200 OK",
                "HTTP/1.1\u000b200 OK",
                "HTTP /1.1 200 OK",
                "HTTP/1.10 200 OK",
                "HTTP/1.2 200 OK",
                "HTTP/2.0 200 OK",
                "HTTP/2 200",
                "HTTP/0.9 200 OK",
                "ICY 200 OK",
                "HTTP/1.1 200\tOK",
                "HTTP/1.1 20 OK",
                "HTTP/1.1 2000 OK",
                "HTTP/1.1 +20 OK",
                "HTTP/1.1 0x2 OK",
                "HTTP/1.1 099 OK",
                "HTTP/1.1 2\u00b20 OK",
                "HTTP/1.1 OK",
                "HTTP/1.1",
                "HTTP/1.1 200 OK\r",
                "HTTP/1.1 200 O\0K",
                "HTTP/1.1 200 O\u001bK",
                "HTTP/1.1 200 OK\nX: y",
                "HTTP/1.1 200 OK\rX: y",
                "HTTP/1.1 200 " + "x".repeat(20_000),
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket",
                "<html>",
                "SSH-2.0-OpenSSH_9.2");
    }

    private static Stream<Odd> fieldLines() {
        return each(
                "field line",
                Expected.REFUSED,
                field -> OK + field + "\r\nContent-Length: 5\r\n\r\nhello",
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
                "X: a\nY: b",
                "X: a\rY: b",
                "X: a\n\rY: b",
                "\nX: y",
                "\rX: y",
                "X(: y",
                "X\0: y",
                "X\u00e9: y",
                "\"X\": y",
                "Content-Length : 4",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding\u000b: chunked",
                "X: y\r\n Transfer-Encoding: chunked");
    }

    private static Stream<Odd> values() {
        return IntStream.of(0, 1, 7, 8, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x1b, 0x1f, 0x7f)
                .mapToObj(b ->
                        new Odd(
                                "a value with byte %02x".formatted(b),
                                "GET",
                                OK + "X: a" + (char) b + "b\r\nContent-Length: 5\r\n\r\nhello",
                                Expected.REFUSED));
    }

    private static Stream<Odd> lengths() {
        return each(
                "length",
                Expected.REFUSED,
                value -> OK + "Content-Length:" + value + "\r\n\r\nhello" + SECOND,
                "",
                " ",
                " +5",
                " -5",
                " 0x5",
                " 5.0",
                " 5,",
                " 5,5",
                " 5, 5",
                " 5, 6",
                " 5 5",
                " \"5\"",
                " 5\u000b",
                " \u00b2",
                " five",
                " 9223372036854775808",
                " 18446744073709551621",
                " 0000000000000000005");
    }

    private static Stream<Odd> codings() {
        return each(
                "coding",
                Expected.REFUSED,
                value -> OK + "Transfer-Encoding:" + value + "\r\n\r\n" + CHUNKS,
                "",
                " gzip",
                " identity",
                " gzip, chunked",
                " chunked, gzip",
                " chunked, chunked",
                " chunked,",
                " ,chunked",
                " xchunked",
                " chun ked",
                " \"chunked\"",
                " chunked;q=1",
                "\u000bchunked",
                " chunked\u00a0",
                " chunked\r\n chunked",
                " chunked\r\nTransfer-Encoding: chunked",
                " identity\r\nTransfer-Encoding: chunked");
    }

    private static Stream<Odd> doubleFraming() {
        return each(
                "framing",
                Expected.REFUSED,
                head -> head + "\r\n" + CHUNKS + SECOND,
                OK + "Content-Length: 5\r\nContent-Length: 5\r\n",
                OK + "Content-Length: 5\r\nContent-Length: 6\r\n",
                OK + "Content-Length: 5\r\n" + CHUNKED,
                OK + CHUNKED + "Content-Length: 5\r\n",
                OK + CHUNKED + "Content-Length: 0\r\n",
                "HTTP/1.0 200 OK\r\n" + CHUNKED,
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n" + CHUNKED,
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n");
    }

    private static Stream<Odd> bodiless() {
        Stream<Odd> announced =
                each(
                        "no body",
                        Expected.REFUSED,
                        head -> "HTTP/1.1 " + head + "\r\n\r\n" + CHUNKS + SECOND,
                        "204 No Content\r\nContent-Length: 5",
                        "204 No Content\r\nTransfer-Encoding: chunked",
                        "204 No Content\r\nContent-Length: 0\r\nContent-Length: 0",
                        "100 Continue\r\nContent-Length: 5",
                        "103 Early Hints\r\nTransfer-Encoding: chunked",
                        "304 Not Modified\r\nContent-Length: 5\r\nContent-Length: 6",
                        "304 Not Modified\r\nContent-Length: x",
                        "304 Not Modified\r\nTransfer-Encoding: gzip");
        Stream<Odd> afterInterim =
                each(
                        "behind an interim response",
                        Expected.REFUSED,
                        rest -> "HTTP/1.1 103 Early Hints\r\n\r\n" + rest,
                        "hello",
                        "\r\n" + OK + "Content-Length: 0\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello");
        Stream<Odd> heads =
                Stream.of(
                        head("Content-Length: 5\r\nTransfer-Encoding: chunked", Expected.REFUSED),
                        head("Content-Length: 5, 6", Expected.REFUSED),
                        head("Transfer-Encoding: gzip", Expected.REFUSED));
        return Stream.of(announced, afterInterim, heads).flatMap(odd -> odd);
    }

    private static Odd head(String field, Expected expected) {
        String bytes = OK + field + "\r\n\r\n";
        return new Odd(OddRequests.name("answer to HEAD", field), "HEAD", bytes, expected);
    }

    private static Stream<Odd> sizes() {
        return Stream.of(
                new Odd(
                        "201 fields",
                        "GET",
                        OK + "X: y\r\n".repeat(201) + "\r\n",
                        Expected.REFUSED),
                new Odd(
                        "a field of 70 KB",
                        "GET",
                        OK + "X: " + "y".repeat(70_000) + "\r\n\r\n",
                        Expected.REFUSED));
    }

    private static Stream<Odd> chunks() {
        return each(
                "chunks",
                Expected.BROKEN_IN_BODY,
                chunks -> OK + CHUNKED + "\r\n" + chunks + SECOND,
                "\r\n" + CHUNKS,
                "\n" + CHUNKS,
                " 5\r\nhello\r\n0\r\n\r\n",
                "5 \r\nhello\r\n0\r\n\r\n",
                "+5\r\nhello\r\n0\r\n\r\n",
                "-5\r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "5h\r\nhello\r\n0\r\n\r\n",
                "\u00b25\r\nhello\r\n0\r\n\r\n",
                "80000000\r\nhello\r\n0\r\n\r\n",
                "100000005\r\nhello\r\n0\r\n\r\n",
                "10000000000000005\r\nhello\r\n0\r\n\r\n",
                "00000000000000005\r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n",
                "5\rhello\r\n0\r\n\r\n",
                "5\r\nhello\n0\r\n\r\n",
                "5\r\nhello0\r\n\r\n",
                "5\r\nhello!\r\n0\r\n\r\n",
                "4\r\nhello\r\n0\r\n\r\n",
                "5 ;a\r\nhello\r\n0\r\n\r\n",
                "5;a\nb\r\nhello\r\n0\r\n\r\n",
                "5;a\rb\r\nhello\r\n0\r\n\r\n",
                "5;a=\"\r\nhello\r\n0\r\n\r\n",
                "5;a\0\r\nhello\r\n0\r\n\r\n",
                "5;" + "a".repeat(5000) + "\r\nhello\r\n0\r\n\r\n",
                "0\n\r\n",
                "0\r\n\n",
                "0\r\n\rX",
                "0\r\nX : y\r\n\r\n",
                "0\r\nX y\r\n\r\n",
                "0\r\n X: y\r\n\r\n",
                "0\r\nX: y\r\n z\r\n\r\n",
                "0\r\nX: y\nZ: a\r\n\r\n",
                "0\r\nX: y\0\r\n\r\n",
                "0\r\n" + "X: y\r\n".repeat(201) + "\r\n",
                "0\r\n");
    }

    private static Stream<Odd> sound() {
        return each(
                "sound",
                Expected.PASSED,
                bytes -> bytes,
                "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 999 R\u00e9sum\u00e9\tX\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\n\r\nuntil the end",
                OK + "\r\nuntil the end\r\n\r\n" + SECOND,
                OK + "Content-Length: 5\r\n\r\nhello" + SECOND,
                OK + "Content-Length: \t000000000000000005 \t\r\n\r\nhello",
                OK + "Content-Length: 0\r\n\r\n" + SECOND,
                OK + "Connection: Content-Length\r\nContent-Length: 5\r\n\r\nhello" + SECOND,
                OK + "X: b\u00fccher\r\nX:\r\nx: a\tb\r\nContent-Length: 5\r\n\r\nhello",
                OK + "Host: a\r\nHost: b c\r\nContent-Length: 5\r\n\r\nhello",
                OK + "Transfer_Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
                OK + "tRANSFER-eNCODING:CHUNKED\r\n\r\n" + CHUNKS + SECOND,
                OK + CHUNKED + "\r\n005;a=\"b\\\"\";c\r\nhello\r\n0;x\r\nX: y\r\n\r\n" + SECOND,
                OK + CHUNKED + "\r\n0\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
                        + "HTTP/1.1 102 Processing\r\nContent-Length: 0\r\n\r\n"
                        + OK
                        + CHUNKED
                        + "\r\n"
                        + CHUNKS,
                "HTTP/1.1 404 Not Found\r\n" + CHUNKED + "\r\n" + CHUNKS);
    }

    private static Stream<Odd> soundWithoutBody() {
        Stream<Odd> statuses =
                each(
                        "sound",
                        Expected.PASSED,
                        head -> "HTTP/1.1 " + head + "\r\n\r\n" + SECOND,
                        "204 No Content",
                        "204 No Content\r\nContent-Length: 0",
                        "304 Not Modified",
                        "304 Not Modified\r\nContent-Length: 5",
                        "304 Not Modified\r\nTransfer-Encoding: chunked");
        Stream<Odd> heads =
                Stream.of(
                        head("X: y", Expected.PASSED),
                        head("Content-Length: 5", Expected.PASSED),
                        head("Transfer-Encoding: chunked", Expected.PASSED));
        return Stream.concat(statuses, heads);
    }

    private static Stream<Odd> each(
            String family, Expected expected, UnaryOperator<String> whole, String... variants) {
        return Stream.of(variants)
                .map(variant ->
                        new Odd(
                                OddRequests.name(family, variant),
                                "GET",
                                whole.apply(variant),
                                expected));
    }
}
