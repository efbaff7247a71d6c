package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Parsed;
import conduit.config.Authorities;
import conduit.e2e.kit.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaFileTest {

    private static final String NOT_UNDERSTOOD =
            "there is no certificate in it, or one that is not understood";

    @TempDir private Path directory;

    private static String why(Path file) {
        return switch (CaFile.read(file)) {
            case Parsed.Invalid<Authorities>(String reason) -> reason;
            case Parsed.Valid<Authorities>(var authorities) -> "valid: " + authorities;
        };
    }

    /** As the bundles of distributions have it: text between the certificates. */
    @Test
    void readsOneCertificateAfterTheOther() throws Exception {
        String first = Files.readString(Certificate.selfSigned(directory, "first").pem());
        String second = Files.readString(Certificate.selfSigned(directory, "second").pem());
        Path both =
                Files.writeString(directory.resolve("both.pem"), first + "\n# Second\n" + second);
        assertThat(CaFile.read(both))
                .isInstanceOfSatisfying(
                        Parsed.Valid.class,
                        valid ->
                                assertThat(((Authorities) valid.value()).certificates())
                                        .hasSize(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no certificate",
                "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\n"
            })
    void refusesWhatIsNoCertificate(String content) throws IOException {
        assertThat(why(Files.writeString(directory.resolve("a.pem"), content)))
                .isEqualTo(NOT_UNDERSTOOD);
    }

    @Test
    void refusesAFileThatIsCutShort() throws Exception {
        String first = Files.readString(Certificate.selfSigned(directory, "first").pem());
        String second = Files.readString(Certificate.selfSigned(directory, "second").pem());
        for (int length : new int[] {27, 28, 29, 40, 100, second.length() - 27}) {
            Path cut =
                    Files.writeString(
                            directory.resolve("cut.pem"), first + second.substring(0, length));
            assertThat(why(cut)).as("cut behind %d", length).isEqualTo(NOT_UNDERSTOOD);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "RSA ", "EC ", "ENCRYPTED "})
    void refusesAFileWithAPrivateKey(String kind) throws Exception {
        String certificate = Files.readString(Certificate.selfSigned(directory, "own").pem());
        Path both =
                Files.writeString(
                        directory.resolve("both.pem"),
                        "-----BEGIN %1$sPRIVATE KEY-----\nAAAA\n-----END %1$sPRIVATE KEY-----\n"
                                        .formatted(kind)
                                + certificate);
        assertThat(why(both))
                .isEqualTo(
                        "it holds a private key, which has no business there: only the"
                                + " certificates of authorities have");
    }

    @Test
    void saysWhyAFileCannotBeRead() {
        assertThat(why(directory.resolve("missing"))).isEqualTo("there is no such file");
        assertThat(why(directory)).isEqualTo("it is not a regular file");
        assertThat(why(Path.of("/dev/null"))).isEqualTo("it is not a regular file");
    }
}
