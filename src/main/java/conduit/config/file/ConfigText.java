package conduit.config.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.address.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads the text of a configuration file: UTF-8, with or without a byte order mark. */
public final class ConfigText {

    /** A hundred thousand rules with all their keys; and a bound for whatever else it may be. */
    static final int LONGEST = 16 * 1024 * 1024;

    private ConfigText() {}

    /** The text, or why there is none. */
    public static Parsed<String> read(Path file) {
        try {
            // Before it is opened: a pipe would keep us waiting.
            if (Files.isDirectory(file)) {
                return Parsed.invalid("it is a directory");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                return Parsed.invalid("it is not a regular file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(LONGEST + 1);
                return content.length > LONGEST
                        ? Parsed.invalid("it is longer than " + LONGEST + " bytes")
                        : decoded(content);
            }
        } catch (NoSuchFileException e) {
            return Parsed.invalid("there is no such file");
        } catch (AccessDeniedException e) {
            return Parsed.invalid("we may not read it");
        } catch (IOException e) {
            return Parsed.invalid("it cannot be read");
        }
    }

    private static Parsed<String> decoded(byte[] content) {
        CharsetDecoder decoder = UTF_8.newDecoder();
        ByteBuffer bytes = ByteBuffer.wrap(content);
        CharBuffer text = CharBuffer.allocate(content.length);
        if (decoder.decode(bytes, text, true).isError()) {
            return Parsed.invalid("it is not UTF-8 in line " + lineOf(content, bytes.position()));
        }
        String read = text.flip().toString();
        return Parsed.valid(read.startsWith("\uFEFF") ? read.substring(1) : read);
    }

    private static int lineOf(byte[] content, int position) {
        int line = 1;
        for (int i = 0; i < position; i++) {
            line += content[i] == '\n' ? 1 : 0;
        }
        return line;
    }
}
