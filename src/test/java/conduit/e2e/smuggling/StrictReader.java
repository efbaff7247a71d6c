package conduit.e2e.smuggling;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tests' own reader of HTTP, which shares nothing with conduit's: whole lines and regular
 * expressions (RFC 9110, RFC 9112). It reads one message of a text, a character for each byte, and
 * refuses all that has two meanings.
 */
public final class StrictReader {

    /** One message; fields and trailers as they came, a line each. */
    public record Message(
            String startLine, List<String> fields, String body, List<String> trailers) {
        public Message {
            fields = List.copyOf(fields);
            trailers = List.copyOf(trailers);
        }
    }

    /** What a text is. */
    public sealed interface Reading {
        /** Begins with one message. */
        record Whole(Message message, String rest) implements Reading {}

        /** Nothing that can be understood, or could be with more bytes behind it. */
        record None(String why) implements Reading {}
    }

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final String TEXT = "[\t -~\\x80-\\xff]";

    private static final Pattern REQUEST_LINE =
            Pattern.compile("(" + TOKEN + ") [!-\"$-~]++ HTTP/1\\.([01])");
    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.([01]) ([1-9][0-9]{2})(?: " + TEXT + "*+)?+");
    private static final Pattern FIELD =
            Pattern.compile("(" + TOKEN + "):[ \t]*(" + TEXT + "*?)[ \t]*");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final Pattern HOST = Pattern.compile("[-._~%!$&'()*+,;=:\\[\\]0-9A-Za-z]*");
    private static final String QUOTED = "\"(?:[\t !#-\\[\\]-~]|\\\\[\t -~])*+\"";
    private static final Pattern CHUNK_LINE =
            Pattern.compile(
                    "([0-9A-Fa-f]{1,16})(?:;"
                            + TOKEN
                            + "(?:=(?:"
                            + TOKEN
                            + "|"
                            + QUOTED
                            + "))?+)*+");
    private static final int MOST_FIELDS = 200;

    /** Thrown from within, and caught where the reading began. */
    private static final class Unsound extends Exception {
        private static final long serialVersionUID = 1;

        Unsound(String why) {
            super(why, null, false, false);
        }
    }

    private final String text;
    private int at;
    private String version = "";

    private StrictReader(String text) {
        this.text = text;
    }

    /** Reads a request; empty lines before it are none of its business. */
    public static Reading request(String text) {
        StrictReader reader = new StrictReader(text);
        while (text.startsWith("\r\n", reader.at)) {
            reader.at += 2;
        }
        return reading(reader, reader::request);
    }

    /** Reads a final response to a request of this method, and those of status 1xx before it. */
    public static Reading response(String text, String method) {
        StrictReader reader = new StrictReader(text);
        return reading(reader, () -> reader.response(method));
    }

    @FunctionalInterface
    private interface Attempt {
        Message read() throws Unsound;
    }

    private static Reading reading(StrictReader reader, Attempt attempt) {
        try {
            Message message = attempt.read();
            return new Reading.Whole(message, reader.text.substring(reader.at));
        } catch (Unsound e) {
            return new Reading.None(String.valueOf(e.getMessage()));
        }
    }

    private Message request() throws Unsound {
        String line = line();
        Matcher parts = match(REQUEST_LINE, line);
        version = parts.group(2);
        List<String> fields = fields();
        List<String> hosts = values("host", fields);
        boolean connect = parts.group(1).equals("CONNECT");
        expect(hosts.size() <= 1, "hosts");
        expect(hosts.size() == 1 || connect || version.equals("0"), "no host");
        expect(hosts.stream().allMatch(host -> HOST.matcher(host).matches()), "host");
        Framing framing = framing(fields);
        expect(!connect || framing == Framing.NONE, "a body behind CONNECT");
        return withBody(line, fields, framing, Framing.NONE);
    }

    private Message response(String method) throws Unsound {
        String line = line();
        Matcher parts = match(STATUS_LINE, line);
        version = parts.group(1);
        int status = Integer.parseInt(parts.group(2));
        List<String> fields = fields();
        Framing framing = framing(fields);
        if (status < 200 || status == 204) {
            expect(values("transfer-encoding", fields).isEmpty(), "a coding of nothing");
            expect(
                    values("content-length", fields).stream().allMatch(l -> l.matches("0+")),
                    "a length of nothing");
        }
        if (status < 200 && status != 101) {
            return response(method);
        }
        boolean bodiless = status < 200 || status == 204 || status == 304 || method.equals("HEAD");
        return bodiless
                ? new Message(line, fields, "", List.of())
                : withBody(line, fields, framing, Framing.CLOSE);
    }

    private enum Framing {
        NONE,
        LENGTH,
        CHUNKS,
        CLOSE
    }

    /** By the fields; none when there are none. */
    private Framing framing(List<String> fields) throws Unsound {
        List<String> lengths = values("content-length", fields);
        List<String> codings = values("transfer-encoding", fields);
        expect(lengths.size() + codings.size() <= 1, "framed twice");
        expect(lengths.stream().allMatch(l -> LENGTH.matcher(l).matches()), "length");
        expect(codings.stream().allMatch("chunked"::equalsIgnoreCase), "coding");
        expect(codings.isEmpty() || version.equals("1"), "coding in 1.0");
        if (!codings.isEmpty()) {
            return Framing.CHUNKS;
        }
        return lengths.isEmpty() ? Framing.NONE : Framing.LENGTH;
    }

    private Message withBody(
            String line, List<String> fields, Framing framing, Framing withoutFields)
            throws Unsound {
        Framing actual = framing == Framing.NONE ? withoutFields : framing;
        return switch (actual) {
            case NONE -> new Message(line, fields, "", List.of());
            case LENGTH -> {
                long length = Long.parseLong(values("content-length", fields).getFirst());
                yield new Message(line, fields, take(length), List.of());
            }
            case CHUNKS -> {
                String body = chunks();
                yield new Message(line, fields, body, fields());
            }
            case CLOSE -> new Message(line, fields, take(text.length() - at), List.of());
        };
    }

    private String chunks() throws Unsound {
        StringBuilder body = new StringBuilder();
        while (true) {
            long size = Long.parseUnsignedLong(match(CHUNK_LINE, line()).group(1), 16);
            expect(size >= 0 && size <= Integer.MAX_VALUE, "chunk size");
            if (size == 0) {
                return body.toString();
            }
            body.append(take(size));
            expect(line().isEmpty(), "the end of a chunk");
        }
    }

    private List<String> fields() throws Unsound {
        List<String> fields = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            match(FIELD, line);
            fields.add(line);
        }
        expect(fields.size() <= MOST_FIELDS, "fields");
        return fields;
    }

    private String line() throws Unsound {
        int end = text.indexOf("\r\n", at);
        expect(end >= 0, "no end of line");
        String line = text.substring(at, end);
        at = end + 2;
        return line;
    }

    private String take(long length) throws Unsound {
        expect(length <= text.length() - at, "the body is short");
        String taken = text.substring(at, at + (int) length);
        at += (int) length;
        return taken;
    }

    private static List<String> values(String name, List<String> fields) {
        return fields.stream()
                .flatMap(line -> Stream.of(FIELD.matcher(line)))
                .filter(field -> field.matches() && field.group(1).equalsIgnoreCase(name))
                .map(field -> field.group(2))
                .toList();
    }

    private static Matcher match(Pattern pattern, String line) throws Unsound {
        Matcher matcher = pattern.matcher(line);
        expect(matcher.matches(), pattern.pattern());
        return matcher;
    }

    private static void expect(boolean sound, String what) throws Unsound {
        if (!sound) {
            throw new Unsound(what);
        }
    }
}
