package conduit.inbound.http.decode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.stream.Stream;

/** Heads to judge, written as text whose characters are their bytes. */
final class Heads {

    static final String LINE = "GET http://example.com/ HTTP/1.1\r\n";
    static final String HOST = "Host: example.com\r\n";

    static final List<String> SOUND =
            List.of(
                    LINE + HOST + "\r\n",
                    "GET http://example.com/ HTTP/1.0\r\n\r\n",
                    "HEAD http://[2001:db8::1]:8080/?a=b HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n",
                    "CONNECT example.com:443 HTTP/1.1\r\n\r\n",
                    "CONNECT example.com:443 HTTP/1.0\r\n\r\n",
                    "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
                    "OPTIONS * HTTP/1.1\r\nhOsT:\r\n\r\n",
                    "GET / HTTP/1.1\r\nHOST:example.com\r\n\r\n",
                    "connect example.com:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n",
                    "!#$%&'*+-.^_`|~0aZ / HTTP/1.1\r\n" + HOST + "\r\n",
                    "GET !\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~ HTTP/1.1\r\n" + HOST + "\r\n",
                    LINE + HOST + "!#$%&'*+-.^_`|~0aZ:!#$%&'*+-.^_`|~:\"(),/;<=>?@[\\]{}\r\n\r\n",
                    LINE + HOST + "Empty:\r\nBlank: \t \r\nTab: a\tb\r\nTrailing: a \t\r\n\r\n",
                    LINE + HOST + "Latin: b\u00fccher \u0080\u00ff\r\n\r\n",
                    LINE + HOST + "Same: 1\r\nSame: 2\r\nsame: 3\r\n\r\n",
                    LINE + HOST + "Content-Length: 12\r\n\r\n",
                    LINE + HOST + "transfer-ENCODING: chunked\r\n\r\n",
                    LINE + HOST + "X-Host: a\r\nHosts: a\r\nHos: a\r\nHost-: a\r\n\r\n",
                    LINE + HOST + "Content-Lengths: 1\r\nContent_Length: 2\r\n\r\n",
                    LINE + HOST + "Content-Length: 1\r\nTransfer-Encodings: a\r\nTE: b\r\n\r\n");

    /**
     * A head that is flawed.
     *
     * @param upTo its bytes up to the first that no sound head can have there
     */
    record Flawed(String upTo, Flaw flaw) {
        Verdict verdict() {
            return new Verdict.Flawed(flaw);
        }
    }

    private static final String METHOD =
            "the request line does not begin with a method and a space";
    private static final String TARGET = "the request target holds a byte that it must not";
    private static final String VERSION = "the request line does not end in an HTTP version";
    private static final String NO_CRLF = "the request line does not end in CRLF";
    private static final String WHITE_SPACE = "a header line begins with white space";
    private static final String NO_NAME = "a header line does not begin with a field name";
    private static final String NAME = "a field name holds a byte that it must not";
    private static final String CONTROL = "a field value holds a control character";

    private Heads() {}

    static Stream<Flawed> flaws() {
        return Stream.of(
                        firstBytes(),
                        methods(),
                        targets(),
                        versions(),
                        fieldLines(),
                        lonelyReturns(),
                        contradictions())
                .flatMap(flaws -> flaws);
    }

    private static Stream<Flawed> firstBytes() {
        return Stream.of(
                malformed("\u0016", "not HTTP: it looks like TLS"),
                malformed("\u0005", "not HTTP: it looks like SOCKS5"),
                malformed("\u0004", "not HTTP: it looks like SOCKS4"),
                malformed("\0", "not HTTP: its first byte is 0x00"),
                malformed("\u00ff", "not HTTP: its first byte is 0xff"),
                malformed(" ", "not HTTP: its first byte is 0x20"),
                malformed("\n", "not HTTP: its first byte is 0x0a"),
                malformed("(", "not HTTP: its first byte is 0x28"));
    }

    private static Stream<Flawed> methods() {
        return Stream.of("GET\t", "GET\r", "GET\n", "GET\u000b", "G\0", "G\u00ff", "G(", "GET:")
                .map(upTo -> malformed(upTo, METHOD));
    }

    private static Stream<Flawed> targets() {
        Stream<Flawed> held =
                "\0\u0001\t\u000b\f\r\n\u001f\u007f\u0080\u00ff#"
                        .chars()
                        .mapToObj(b -> malformed("GET http://a/" + (char) b, TARGET));
        Stream<Flawed> first =
                Stream.of("GET \t", "GET \u000b", "GET \r", "GET \0")
                        .map(upTo -> malformed(upTo, TARGET));
        Stream<Flawed> spaces =
                Stream.of(malformed("GET  ", "more than one space in the request line"));
        return Stream.of(held, first, spaces).flatMap(flaws -> flaws);
    }

    private static Stream<Flawed> versions() {
        Stream<Flawed> none =
                Stream.of(
                                "\r",
                                "\n",
                                " ",
                                "\t",
                                "h",
                                "X",
                                "HTTP/x",
                                "HTTP/-",
                                "HTTP/1,",
                                "HTTP/11",
                                "HTTP/1.x",
                                "HTTP/1.\r",
                                "HTTP/1\r",
                                "HTTP/1.\u00b2")
                        .map(version -> malformed("GET / " + version, VERSION));
        Stream<Flawed> unended =
                Stream.of(" ", "\t", "\n", "0", "\0")
                        .map(end -> malformed("GET / HTTP/1.1" + end, NO_CRLF));
        Stream<Flawed> others =
                Stream.of("GET / HTTP/1.2", "GET / HTTP/0.9", "PRI * HTTP/2.0", "GET / HTTP/9.1")
                        .map(line ->
                                new Flawed(
                                        line + "\r",
                                        new Flaw(
                                                Flaw.Kind.UNKNOWN_VERSION,
                                                "only HTTP/1.0 and HTTP/1.1 are spoken here")));
        return Stream.of(none, unended, others).flatMap(flaws -> flaws);
    }

    private static Stream<Flawed> fieldLines() {
        Stream<Flawed> folded =
                Stream.of(" ", "\t", HOST + " ", HOST + "\t", HOST + "Empty:\r\n ")
                        .map(lines -> malformed(LINE + lines, WHITE_SPACE));
        Stream<Flawed> nameless =
                Stream.of(":", "\n", "\0", "\u00e9", "\"", HOST + "\n", HOST + ":")
                        .map(lines -> malformed(LINE + lines, NO_NAME));
        Stream<Flawed> misnamed =
                Stream.of("Host ", "Host\t", "Host\r", "Host\n", "Ho\0", "Ho\u00e9", "Ho(")
                        .map(lines -> malformed(LINE + lines, NAME));
        Stream<Flawed> controlled =
                "\0\u0001\u0008\n\u000b\f\u000e\u001b\u001f\u007f"
                        .chars()
                        .mapToObj(b -> malformed(LINE + "Host: a" + (char) b, CONTROL));
        return Stream.of(folded, nameless, misnamed, controlled).flatMap(flaws -> flaws);
    }

    private static Stream<Flawed> lonelyReturns() {
        String line = "GET / HTTP/1.1\r";
        return Stream.of(
                        line + " ",
                        line + "\r",
                        LINE + "Host: a\rb",
                        LINE + "Host: a\r\r",
                        LINE + "Host: a\r ",
                        LINE + HOST + "\rX",
                        LINE + HOST + "\r\r")
                .map(upTo -> malformed(upTo, "CR without LF"));
    }

    private static Stream<Flawed> contradictions() {
        String both = "both Content-Length and Transfer-Encoding";
        String length = "Content-Length: 1\r\n";
        String coding = "Transfer-Encoding: chunked\r\n";
        String line10 = "POST http://a/ HTTP/1.0\r\n";
        return Stream.of(
                malformed(LINE + "\r\n", "Host is missing"),
                malformed(LINE + "Hosts: a\r\nX-Host: a\r\n\r\n", "Host is missing"),
                malformed(LINE + "Host: a b\r\n\r\n", "Host holds a byte that it must not"),
                malformed(LINE + "Host: u@a\r\n\r\n", "Host holds a byte that it must not"),
                malformed(LINE + "Host: a/b\r\n\r\n", "Host holds a byte that it must not"),
                malformed(LINE + "Host: \u00fc\r\n\r\n", "Host holds a byte that it must not"),
                malformed(LINE + HOST + HOST + "\r\n", "more than one Host"),
                malformed(LINE + HOST + "A: b\r\nhOST:\r\n\r\n", "more than one Host"),
                malformed(line10 + HOST + HOST + "\r\n", "more than one Host"),
                malformed("CONNECT a:1 HTTP/1.1\r\n" + HOST + HOST + "\r\n", "more than one Host"),
                malformed(LINE + HOST + length + length + "\r\n", "more than one Content-Length"),
                malformed(
                        line10 + length + "content-length: 2\r\n\r\n",
                        "more than one Content-Length"),
                malformed(LINE + HOST + length + coding + "\r\n", both),
                malformed(LINE + HOST + coding + length + "\r\n", both),
                malformed(line10 + coding + length + "\r\n", both),
                malformed(
                        LINE + HOST + coding + coding + "\r\n", "more than one Transfer-Encoding"),
                malformed(line10 + coding + "\r\n", "Transfer-Encoding in HTTP/1.0"),
                malformed("CONNECT a:1 HTTP/1.1\r\n" + length + "\r\n", "CONNECT with a body"),
                malformed("CONNECT a:1 HTTP/1.0\r\n" + length + "\r\n", "CONNECT with a body"),
                malformed("CONNECT a:1 HTTP/1.1\r\n" + coding + "\r\n", "CONNECT with a body"));
    }

    private static Flawed malformed(String upTo, String detail) {
        return new Flawed(upTo, new Flaw(Flaw.Kind.MALFORMED, detail));
    }

    static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }

    /** For messages of failed assertions, and names of tests. */
    static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.chars()
                .forEach(c ->
                        printable.append(
                                c >= ' ' && c <= '~'
                                        ? String.valueOf((char) c)
                                        : String.format("\\x%02x", c)));
        return printable.toString();
    }
}
