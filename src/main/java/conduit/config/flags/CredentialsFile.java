package conduit.config.flags;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.address.Parsed;
import conduit.config.Credentials;
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
 * Reads the credentials for a parent proxy from a file with one line {@code user:password}, in
 * UTF-8, which nobody but its owner can read or change. Whatever is wrong with it is said without a
 * word of what stands in it.
 */
final class CredentialsFile {

    /** Far over any credentials, and a bound for whatever else the path may name. */
    private static final int LONGEST = 4096;

    /** RFC 1929, section 2: a length is one byte, and not zero. */
    private static final int LONGEST_OF_SOCKS = 255;

    private static final Set<PosixFilePermission> OF_OTHERS =
            PosixFilePermissions.fromString("---rw-rw-");

    private CredentialsFile() {}

    /** Credentials for Basic (RFC 7617): a user without a colon; the password may be empty. */
    static Parsed<Credentials> forHttp(Path file) {
        try {
            Optional<String> unfit = unfit(file);
            return unfit.isPresent() ? Parsed.invalid(unfit.get()) : read(file);
        } catch (IOException e) {
            return Parsed.invalid(Unreadable.because(e));
        }
    }

    /** Credentials that SOCKS5 can carry too (RFC 1929): 1 to 255 bytes each. */
    static Parsed<Credentials> forSocks(Path file) {
        Parsed<Credentials> parsed = forHttp(file);
        if (!(parsed instanceof Parsed.Valid<Credentials>(Credentials credentials))) {
            return parsed;
        }
        if (credentials.user().getBytes(UTF_8).length > LONGEST_OF_SOCKS) {
            return Parsed.invalid("the user is longer than SOCKS5 allows, 255 bytes");
        }
        if (credentials.password().getBytes(UTF_8).length > LONGEST_OF_SOCKS) {
            return Parsed.invalid("the password is longer than SOCKS5 allows, 255 bytes");
        }
        return credentials.password().isEmpty()
                ? Parsed.invalid("the password is empty, which SOCKS5 does not allow")
                : parsed;
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

    private static Parsed<Credentials> read(Path file) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(LONGEST + 1);
        }
        if (content.length > LONGEST) {
            return Parsed.invalid("it is longer than " + LONGEST + " bytes");
        }
        try {
            return parse(UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString());
        } catch (CharacterCodingException e) {
            return Parsed.invalid("it is not UTF-8");
        }
    }

    private static Parsed<Credentials> parse(String content) {
        String line = withoutLineEnd(content);
        if (line.isEmpty()) {
            return Parsed.invalid("it is empty");
        }
        if (line.indexOf('\n') >= 0) {
            return Parsed.invalid("it has more than one line");
        }
        // RFC 7617, section 2: a user or password must not contain any.
        if (line.chars().anyMatch(Character::isISOControl)) {
            return Parsed.invalid("it contains a control character");
        }
        int colon = line.indexOf(':');
        if (colon < 0) {
            return Parsed.invalid("there is no colon between user and password");
        }
        return colon == 0
                ? Parsed.invalid("the user is missing")
                : Parsed.valid(
                        new Credentials(line.substring(0, colon), line.substring(colon + 1)));
    }

    private static String withoutLineEnd(String content) {
        if (content.endsWith("\r\n")) {
            return content.substring(0, content.length() - 2);
        }
        return content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
    }
}
