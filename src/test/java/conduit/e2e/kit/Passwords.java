package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** Users, and how a client says that it is one of them. */
public final class Passwords {

    /**
     * The lines of alice, bob and "eve l", whose password is secret; cheap, for the tests' time.
     */
    private static final String LINES =
            """
            # made by htpasswd -B -C 4
            alice:HASH
            bob:HASH
            eve l:HASH
            carol:HASH
            """
                    .replace(
                            "HASH", "$2y$04$qKUB/ph7sjZJV3bd0JQNcOauz0ZpFGtgJgtfeDfPL9O/kMQY3ktHu");

    /** One whose hash takes a good part of a second: as long as it takes to say no to anybody. */
    private static final String SLOW =
            "slow:$2y$12$Fbq/VjS5PpLobjsBsEmDxOdGQJBAUgqrW46i70ZapUXjqofJC0mye\n";

    public static final String RIGHT = "secret";

    private Passwords() {}

    /** The flag with a file of these users. */
    public static String flag(Path folder) throws IOException {
        return flag(folder, LINES);
    }

    /** The flag with the same and a user slow. */
    public static String flagWithSlow(Path folder) throws IOException {
        return flag(folder, LINES + SLOW);
    }

    /** The flag with a file of these lines. */
    public static String flag(Path folder, String lines) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), lines);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return "--users-file=" + file;
    }

    /** The field of HTTP, a whole line (RFC 7617). */
    public static String field(String user, String password) {
        String both = user + ":" + password;
        return "Proxy-Authorization: Basic "
                + Base64.getEncoder().encodeToString(both.getBytes(UTF_8))
                + "\r\n";
    }

    /** The message of SOCKS5 (RFC 1929). */
    public static byte[] message(String user, String password) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(1);
        for (String each : new String[] {user, password}) {
            bytes.write(each.getBytes(UTF_8).length);
            bytes.writeBytes(each.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
