package conduit.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import conduit.address.Parsed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adds a user to a file of users, or changes a password there. Other lines stay as they are, byte
 * for byte; whoever reads the file meanwhile sees all of the old one or all of the new one.
 */
public final class PasswordChange {

    /** Of bcrypt: some 60 ms. Each more doubles what a guess costs, and what one costs us. */
    static final int COST = 10;

    /** What has been done. */
    public enum Done {
        ADDED(" is added"),
        CHANGED(" has another password");

        private final String words;

        Done(String words) {
            this.words = words;
        }

        /** What is said of the user: {@code is added}. */
        public String words() {
            return words;
        }
    }

    private PasswordChange() {}

    /** Carries it out; a file that does not exist is made, for its owner only. Blocks. */
    public static Parsed<Done> carryOut(Path file, String user, byte[] password) {
        try {
            // A link stays one, and what it points to is replaced.
            Path real = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            if (Files.exists(real) && !Files.isRegularFile(real)) {
                return Parsed.invalid("it is not a regular file");
            }
            String before = Files.exists(real) ? Files.readString(real, ISO_8859_1) : "";
            List<String> lines = new ArrayList<>(List.of(before.split("(?<=\n)", -1)));
            lines.removeIf(String::isEmpty);
            // The bytes of the name as one character each, like those of the file.
            String prefix = new String(user.getBytes(UTF_8), ISO_8859_1) + ":";
            List<Integer> places = places(lines, prefix);
            if (places.size() > 1) {
                return Parsed.invalid("the user stands in lines " + numbers(places) + " of it");
            }
            String line = prefix + Hash.make(COST, password);
            if (places.isEmpty()) {
                append(lines, line);
            } else {
                lines.set(places.getFirst(), line + ending(lines.get(places.getFirst())));
            }
            replace(real, String.join("", lines).getBytes(ISO_8859_1));
            return Parsed.valid(places.isEmpty() ? Done.ADDED : Done.CHANGED);
        } catch (NoSuchFileException e) {
            return Parsed.invalid("its folder does not exist");
        } catch (AccessDeniedException e) {
            return Parsed.invalid("we may not read it, or not write into its folder");
        } catch (IOException e) {
            return Parsed.invalid("it cannot be replaced: " + e.getMessage());
        }
    }

    private static List<Integer> places(List<String> lines, String prefix) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(prefix)) {
                places.add(i);
            }
        }
        return places;
    }

    private static String numbers(List<Integer> places) {
        return String.join(" and ", places.stream().map(i -> Integer.toString(i + 1)).toList());
    }

    private static void append(List<String> lines, String line) {
        if (!lines.isEmpty() && !lines.getLast().endsWith("\n")) {
            lines.set(lines.size() - 1, lines.getLast() + "\n");
        }
        lines.add(line + "\n");
    }

    private static String ending(String line) {
        if (line.endsWith("\r\n")) {
            return "\r\n";
        }
        return line.endsWith("\n") ? "\n" : "";
    }

    /** In the same folder, since only within one file system a file takes the place of another. */
    private static void replace(Path file, byte[] content) throws IOException {
        Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of("/"));
        Path fresh =
                Files.createTempFile(
                        folder,
                        "." + file.getFileName(),
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer left = ByteBuffer.wrap(content);
                while (left.hasRemaining()) {
                    out.write(left);
                }
                out.force(true);
            }
            if (Files.exists(file)) {
                keepOwnerAndMode(file, fresh);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** The owner first, since a change of owner may take bits of the mode away. */
    private static void keepOwnerAndMode(Path from, Path to) throws IOException {
        PosixFileAttributes old = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        PosixFileAttributes own = view.readAttributes();
        if (!old.owner().equals(own.owner())) {
            view.setOwner(old.owner());
        }
        if (!old.group().equals(own.group())) {
            view.setGroup(old.group());
        }
        view.setPermissions(old.permissions());
    }
}
