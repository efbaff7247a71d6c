package conduit.config.flags;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** Says which conduit, Java and Netty this is; the build writes two of them into a resource. */
final class VersionText {

    private static final String RESOURCE = "version.properties";

    private VersionText() {}

    /** {@code conduit 0.1.0 (Java 25.0.3, Netty 4.2.18.Final)}. */
    static String read() {
        Properties versions = new Properties();
        try (InputStream in = VersionText.class.getResourceAsStream(RESOURCE)) {
            versions.load(Objects.requireNonNull(in, RESOURCE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "conduit %s (Java %s, Netty %s)"
                .formatted(
                        versions.getProperty("conduit"),
                        System.getProperty("java.version"),
                        versions.getProperty("netty"));
    }
}
