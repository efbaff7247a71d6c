package conduit.e2e.upstream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The file that holds conduit's credentials for a parent, which nobody else may read. */
final class AuthFile {

    private AuthFile() {}

    /** The flag that names a new one in this folder. */
    static String flag(Path folder, String user, String password) throws IOException {
        Path file =
                Files.createTempFile(
                        folder,
                        "auth",
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, user + ":" + password + "\n");
        return "--upstream-auth-file=" + file;
    }
}
