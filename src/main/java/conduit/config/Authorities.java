package conduit.config;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** The certificates of those who are trusted to vouch for origins; at least one. */
public record Authorities(List<X509Certificate> certificates) {

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException when it is empty
     */
    public Authorities {
        certificates = List.copyOf(certificates);
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("at least one certificate is required");
        }
    }

    /**
     * Reads a file with certificates in PEM (RFC 7468), one after the other.
     *
     * @throws CertificateException when there is none in it, or one that cannot be understood
     * @throws IOException when it cannot be read
     */
    public static Authorities read(Path pem) throws CertificateException, IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(pem))) {
            for (Certificate one :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                certificates.add((X509Certificate) one);
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        return new Authorities(certificates);
    }
}
