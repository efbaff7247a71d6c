package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The start line and the fields of an HTTP message, exactly as they came. */
public record Head(String startLine, List<Field> fields) {

    /** One field, its value without the space around it. */
    public record Field(String name, String value) {
        static Field parse(String line) throws IOException {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a field: " + line);
            }
            return new Field(line.substring(0, colon), line.substring(colon + 1).strip());
        }
    }

    public Head {
        fields = List.copyOf(fields);
    }

    /** Reads up to the empty line. */
    public static Head read(InputStream in) throws IOException {
        return new Head(line(in), fields(in));
    }

    static List<Field> fields(InputStream in) throws IOException {
        List<Field> fields = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            fields.add(Field.parse(line));
        }
        return fields;
    }

    /** One line without its CR LF; nothing else ends a line here. */
    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int last = 0;
        for (int next = in.read(); !(last == '\r' && next == '\n'); next = in.read()) {
            if (next < 0) {
                throw new EOFException("end within the line \"" + line + "\"");
            }
            line.write(next);
            last = next;
        }
        String text = line.toString(ISO_8859_1);
        return text.substring(0, text.length() - 1);
    }

    /** The status of a response. */
    public int status() {
        return Integer.parseInt(startLine.substring(9, 12));
    }

    /** All values of this field, in order. */
    public List<String> values(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    public boolean has(String name) {
        return !values(name).isEmpty();
    }

    boolean isChunked() {
        return values("Transfer-Encoding").stream().anyMatch("chunked"::equalsIgnoreCase);
    }
}
