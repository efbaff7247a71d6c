package conduit.outbound.tls;

import conduit.config.Authorities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;

/** The authorities that this machine trusts, from where its distribution keeps them. */
final class SystemAuthorities {

    /**
     * Debian and Alpine; Fedora and its kin, new and old; openSUSE; and whoever follows OpenSSL.
     */
    private static final List<Path> BUNDLES =
            List.of(
                    Path.of("/etc/ssl/certs/ca-certificates.crt"),
                    Path.of("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
                    Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
                    Path.of("/etc/ssl/ca-bundle.pem"),
                    Path.of("/etc/ssl/cert.pem"));

    private SystemAuthorities() {}

    /**
     * Reads them; empty where the system has none, so that those of Java are the best there is.
     *
     * @throws CertificateException when there is none in the file, or one that is not understood
     * @throws IOException when the file cannot be read
     */
    static Optional<Authorities> read() throws CertificateException, IOException {
        Optional<Path> bundle = BUNDLES.stream().filter(Files::exists).findFirst();
        return bundle.isPresent() ? Optional.of(Authorities.read(bundle.get())) : Optional.empty();
    }
}
