package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate made by the JDK's keytool.
 *
 * @param context for a server that shows it
 * @param pem a file with what clients have to trust
 */
public record Certificate(SSLContext context, Path pem) {

    private static final String PASSWORD = "password";
    private static final String OWN = "own";
    private static final String AUTHORITY = "authority";

    /** For localhost by its common name only, and so for nobody who knows RFC 9110. */
    public static Certificate selfSigned(Path directory)
            throws IOException, InterruptedException, GeneralSecurityException {
        return selfSigned(directory, "localhost");
    }

    /**
     * With these further arguments of {@code keytool -genkeypair}.
     *
     * @param name of the files in the directory, and of the subject
     */
    public static Certificate selfSigned(Path directory, String name, String... arguments)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path file = directory.resolve(name + ".p12");
        generate(file, OWN, name, List.of(arguments));
        return read(file, name, OWN);
    }

    /** The same, but an authority of its own vouches for it, and it is this that is in the file. */
    public static Certificate signed(Path directory, String name, String... arguments)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path file = directory.resolve(name + ".p12");
        generate(file, AUTHORITY, "authority of " + name, List.of("-ext", "bc:c"));
        List<String> all = new ArrayList<>(List.of("-signer", AUTHORITY));
        all.addAll(List.of(arguments));
        generate(file, OWN, name, all);
        return read(file, name, AUTHORITY);
    }

    private static void generate(Path file, String alias, String subject, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Launch.quickJavaTool("keytool"));
        command.addAll(
                List.of(
                        "-genkeypair",
                        "-alias",
                        alias,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + subject,
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD));
        command.addAll(arguments);
        Finished made = Finished.of(new ProcessBuilder(command).start());
        if (made.exitCode() != 0) {
            throw new IOException("keytool failed: " + made);
        }
    }

    private static Certificate read(Path file, String name, String trusted)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        String text =
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII))
                                .encodeToString(store.getCertificate(trusted).getEncoded())
                        + "\n-----END CERTIFICATE-----\n";
        if (!trusted.equals(OWN)) {
            store.deleteEntry(trusted);
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        Path pem = Files.writeString(file.resolveSibling(name + ".pem"), text);
        return new Certificate(context, pem);
    }
}
