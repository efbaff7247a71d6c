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

    /** Where Debian keeps the modules of Node. */
    public static final String NODE_MODULES = "/usr/share/nodejs";

    private Installed() {}

    /** The path of this program; where there is none, the test is skipped, or fails. */
    public static String program(String name) {
        Optional<Path> found =
                Stream.of((System.getenv("PATH") + SERVERS).split(":", -1))
                        .map(folder -> Path.of(folder, name))
                        .filter(Files::isExecutable)
                        .findFirst();
        require(found.isPresent(), "the program " + name);
        return found.orElseThrow().toString();
    }

    /** A module of Node that Debian has packed; where it is missing, the same. */
    public static void nodeModule(String name) {
        boolean found = Files.isDirectory(Path.of(NODE_MODULES, name));
        require(found, "Debian's package node-" + name);
    }

    private static void require(boolean found, String what) {
        String reason = "this test needs " + what;
        if (MUST_BE_THERE) {
            assertThat(found).as(reason).isTrue();
        }
        assumeTrue(found, reason);
    }
}
