package conduit.config.flags;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.address.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a secret from a file with one line, in UTF-8, which nobody but its owner can read or
 * change. Whatever is wrong with it is said without a word of what stands in it.
 */
final class SecretFile {

    /** Far over any secret, and a bound for whatever else the path may name. */
    private static final int LONGEST = 4096;

    private static final Set<PosixFilePermission> OF_OTHERS =
            PosixFilePermissions.fromString("---rw-rw-");

    private SecretFile() {}

    /** Its line, without the line's end. */
    static Parsed<String> line(Path file) {
        try {
            Optional<String> unfit = unfit(file);
            return unfit.isPresent() ? Parsed.invalid(unfit.get()) : read(file);
        } catch (IOException e) {
            return Parsed.invalid(Unreadable.because(e));
        }
    }

    private static Optional<String> unfit(Path file) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return Optional.of("it lies on a file system without modes");
        }
        PosixFileAttributes attributes = view.readAttributes();
        if (!attributes.isRegularFile()) {
            return Optional.of("it is not a regular file");
        }
        Set<PosixFilePermission> permissions = attributes.permissions();
        return OF_OTHERS.stream().anyMatch(permissions::contains)
                ? Optional.of(
                        "others than its owner have access to it: its mode is "
                                + PosixFilePermissions.toString(permissions))
                : Optional.empty();
    }

    private static Parsed<String> read(Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(LONGEST + 1);
        }
        if (content.length > LONGEST) {
            return Parsed.invalid("it is longer than " + LONGEST + " bytes");
        }
        try {
            return oneLine(UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString());
        } catch (CharacterCodingException e) {
            return Parsed.invalid("it is not UTF-8");
        }
    }

    private static Parsed<String> oneLine(String content) {
        String line = withoutLineEnd(content);
        if (line.isEmpty()) {
            return Parsed.invalid("it is empty");
        }
        if (line.indexOf('\n') >= 0) {
            return Parsed.invalid("it has more than one line");
        }
        return line.chars().anyMatch(Character::isISOControl)
                ? Parsed.invalid("it contains a control character")
                : Parsed.valid(line);
    }

    private static String withoutLineEnd(String content) {
        if (content.endsWith("\r\n")) {
            return content.substring(0, content.length() - 2);
        }
        return content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
    }
}
