package conduit.e2e.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of others that some tests need. Where one is missing such a test is skipped, unless
 * the environment says that all must be there: CI installs them and wants to hear of a mistake.
 */
public final class Installed {

    /** Set by .ci/run. */
    private static final boolean MUST_BE_THERE = System.getenv("CONDUIT_TEST_ALL") != null;

    /** Where Debian keeps servers, which is not on everybody's path. */
    private static final String SERVERS = ":/usr/sbin:/sbin";

    private Installed() {}

    /** The path of this program; where there is none, the test is skipped, or fails. */
    public static String program(String name) {
        Optional<Path> found =
                Stream.of((System.getenv("PATH") + SERVERS).split(":", -1))
                        .map(folder -> Path.of(folder, name))
                        .filter(Files::isExecutable)
                        .findFirst();
        String reason = "this test needs the program " + name;
        if (MUST_BE_THERE) {
            assertThat(found).as(reason).isPresent();
        }
        assumeTrue(found.isPresent(), reason);
        return found.orElseThrow().toString();
    }
}
