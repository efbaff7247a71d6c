package conduit.config.flags;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags about users, a heading of {@link Options}. */
final class UserFlags {

    @Option(
            names = "--users-file",
            paramLabel = "PATH",
            converter = ValueForm.PathName.class,
            description = {
                "Serve clients only that prove to be a user in this file, by HTTP Basic or by user",
                "and password of SOCKS5: lines user:hash, as htpasswd writes them, with hashes of",
                "bcrypt, apr1 or SHA-crypt; conduit passwd adds some. Clients of --tproxy-listen",
                "cannot say who they are, and are served. Read at start and at each reload.",
                "Default: none, everybody is served. Example: --users-file=/etc/conduit/users"
            })
    Optional<Path> file;
}
