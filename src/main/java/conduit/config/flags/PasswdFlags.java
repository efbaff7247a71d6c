package conduit.config.flags;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The arguments of {@code conduit passwd}. */
@Command(
        name = "passwd",
        header = "Add a user to a file for --users-file, or change a password there.",
        customSynopsis = "conduit passwd FILE USER",
        description = {
            "Asks for the password twice, without showing it; where standard input is no terminal,",
            "its first line is the password. Other lines of the file stay as they are, and the",
            "file is replaced at once; a new one is for its owner only (mode 0600). The hash is",
            "bcrypt. A conduit that runs reads the file with its next start.",
            "Exit code: 0, 1 when it cannot be done, 2 for a mistake on the command line."
        },
        footer = {
            "FILE      A file of users, as htpasswd writes it; it need not exist",
            "USER      1 to 255 bytes without a colon; not a # first"
        })
final class PasswdFlags implements CommandFlags {

    @Parameters(index = "0", paramLabel = "FILE", converter = ValueForm.PathName.class)
    Path file;

    @Parameters(index = "1", paramLabel = "USER", converter = ValueForm.User.class)
    String user;

    @Mixin(name = "Other")
    final HelpFlag other = new HelpFlag();

    @Override
    public Invocation meaning(String operatingSystem) {
        return new Invocation.ChangePassword(file, user);
    }
}
