package conduit.config.flags;

import conduit.address.Parsed;
import conduit.config.Authorities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;

/** Reads the certificates of authorities from the file that a flag names. */
final class CaFile {

    private CaFile() {}

    static Parsed<Authorities> read(Path file) {
        try {
            // Before it is read: a directory or a pipe would not end, or not say what is wrong.
            return Files.exists(file) && !Files.isRegularFile(file)
                    ? Parsed.invalid("it is not a regular file")
                    : Parsed.valid(Authorities.read(file));
        } catch (IOException e) {
            return Parsed.invalid(Unreadable.because(e));
        } catch (CertificateException e) {
            return Parsed.invalid(String.valueOf(e.getMessage()));
        }
    }
}
