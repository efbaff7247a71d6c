package conduit.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The certificates of those who are trusted to vouch for origins; at least one. */
public record Authorities(List<X509Certificate> certificates) {

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("^-----BEGIN [A-Z ]*PRIVATE KEY-----", Pattern.MULTILINE);

    private static final Pattern BEGINNING = Pattern.compile("^-----BEGIN ", Pattern.MULTILINE);

    private static final String NOT_UNDERSTOOD =
            "there is no certificate in it, or one that is not understood";

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
     * @throws CertificateException when there is none in it, or one that cannot be understood, or
     *     something that has no business there; says so in words for the operator
     * @throws IOException when it cannot be read
     */
    public static Authorities read(Path pem) throws CertificateException, IOException {
        byte[] content = Files.readAllBytes(pem);
        String text = new String(content, ISO_8859_1);
        if (PRIVATE_KEY.matcher(text).find()) {
            throw new CertificateException(
                    "it holds a private key, which has no business there: only the certificates of"
                            + " authorities have");
        }
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Certificate one :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(content))) {
                certificates.add((X509Certificate) one);
            }
        } catch (CertificateException e) {
            throw new CertificateException(NOT_UNDERSTOOD, e);
        }
        // One that is cut short at the end is passed over in silence by the JDK.
        if (certificates.isEmpty()
                || certificates.size() < BEGINNING.matcher(text).results().count()) {
            throw new CertificateException(NOT_UNDERSTOOD);
        }
        return new Authorities(certificates);
    }
}
