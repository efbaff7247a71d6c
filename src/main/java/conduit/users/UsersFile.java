package conduit.users;

import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.address.Parsed;
import conduit.config.UserName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a file of users in the format of htpasswd: {@code user:hash} a line, in UTF-8, with empty
 * lines and comments (#) between. What is wrong is said with file and line, and without a word of
 * the line.
 */
public final class UsersFile {

    /** Half a million lines, and a bound for whatever else the path may name. */
    private static final int LONGEST_BYTES = 64 << 20;

    private static final Set<PosixFilePermission> OF_EVERYBODY =
            PosixFilePermissions.fromString("------rw-");

    private UsersFile() {}

    /** What a file holds, and what its operator should know of it. */
    public record Content(Users users, Optional<String> warning) {}

    /**
     * Reads it. Blocks.
     *
     * @throws UnusableUsersException when there is none, or a line of it is wrong
     */
    public static Content read(Path file) throws UnusableUsersException {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw unusable(file, " it is not a regular file");
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(LONGEST_BYTES + 1);
            }
            if (bytes.length > LONGEST_BYTES) {
                throw unusable(file, " it is longer than " + LONGEST_BYTES + " bytes");
            }
            return switch (parse(bytes)) {
                case Parsed.Valid<Users>(Users users) -> new Content(users, warning(file));
                case Parsed.Invalid<Users>(String why) -> throw unusable(file, why);
            };
        } catch (NoSuchFileException e) {
            throw unusable(file, " there is no such file");
        } catch (AccessDeniedException e) {
            throw unusable(file, " we may not read it");
        } catch (IOException e) {
            throw unusable(file, " it cannot be read");
        }
    }

    private static UnusableUsersException unusable(Path file, String why) {
        return new UnusableUsersException(file + ":" + why);
    }

    private static Optional<String> warning(Path file) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return Optional.empty();
        }
        Set<PosixFilePermission> mode = view.readAttributes().permissions();
        return mode.stream().anyMatch(OF_EVERYBODY::contains)
                ? Optional.of(
                        file
                                + ": everybody on this machine has access to it: its mode is "
                                + PosixFilePermissions.toString(mode))
                : Optional.empty();
    }

    /** What is wrong begins with the line and a colon, or with a blank. */
    static Parsed<Users> parse(byte[] content) {
        String text;
        try {
            text = UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
        } catch (CharacterCodingException e) {
            return Parsed.invalid(" it is not UTF-8");
        }
        Map<String, Hash> users = new HashMap<>();
        int number = 0;
        for (String ended : text.split("\n", -1)) {
            number++;
            String line = ended.endsWith("\r") ? ended.substring(0, ended.length() - 1) : ended;
            Optional<String> wrong = add(line, users);
            if (wrong.isPresent()) {
                return Parsed.invalid(number + ": " + wrong.get());
            }
        }
        return users.isEmpty()
                ? Parsed.invalid(" there are no users in it")
                : Parsed.valid(new Users(users));
    }

    private static Optional<String> add(String line, Map<String, Hash> users) {
        if (line.isBlank() || line.startsWith("#")) {
            return Optional.empty();
        }
        int colon = line.indexOf(':');
        if (colon < 0) {
            return Optional.of("there is no colon between user and hash");
        }
        String user = line.substring(0, colon);
        if (UserName.parse(user) instanceof Parsed.Invalid<String>(String why)) {
            return Optional.of("the user's name: " + why);
        }
        return switch (Hash.parse(line.substring(colon + 1))) {
            case Parsed.Valid<Hash>(Hash hash) ->
                    users.putIfAbsent(user, hash) == null
                            ? Optional.empty()
                            : Optional.of("the user stands in an earlier line too");
            case Parsed.Invalid<Hash>(String why) -> Optional.of(why);
        };
    }
}
