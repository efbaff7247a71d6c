package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Passwords;
import conduit.e2e.kit.TestProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reload that is refused has begun to build what then is not wanted. */
class RefusedReloadTest {

    /** As the threads are called that compare passwords. */
    private static final String VERIFIERS = "verify-";

    private static final String HTTP = "http-listen = \"127.0.0.1:0\"\n";

    @TempDir private Path folder;

    private String users;

    @BeforeEach
    void writeUsers() throws IOException {
        users = Passwords.flag(folder).replaceFirst("--users-file=(.*)", "users-file = \"$1\"\n");
    }

    private void file(String toml) throws IOException {
        Files.writeString(folder.resolve("conduit.toml"), toml);
    }

    private TestProxy start() throws IOException {
        file(HTTP);
        TestProxy proxy = Launch.withOnly("--config=" + folder.resolve("conduit.toml")).start();
        proxy.awaitLog("listening: ");
        return proxy;
    }

    private static void awaitVerifiers(TestProxy proxy, long count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(proxy.threads(VERIFIERS)).isEqualTo(count));
    }

    @Test
    void leavesNoThreadBehindWhereAListenerCannotBeHad() throws Exception {
        try (TestProxy proxy = start();
                Origin taken = Origin.listen()) {
            file(HTTP + users + "socks5-listen = \"" + taken.target() + "\"\n");
            expectNoVerifierAfterRefusals(proxy, "already in use");
        }
    }

    @Test
    void leavesNoThreadBehindWhereTheAccessLogCannotBeHad() throws Exception {
        try (TestProxy proxy = start()) {
            file(HTTP + users + "access-log = \"" + folder.resolve("none/access.log") + "\"\n");
            expectNoVerifierAfterRefusals(proxy, "there is no such directory");
        }
    }

    private void expectNoVerifierAfterRefusals(TestProxy proxy, String why) throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(proxy.reload()).contains("not reloaded", why);
        }
        awaitVerifiers(proxy, 0);
        file(HTTP + users);
        assertThat(proxy.reload()).endsWith("reloaded: users 4, 0 before");
        long verifiers = proxy.threads(VERIFIERS);
        assertThat(verifiers).isPositive();
        // Those that are there are those of the configuration in force, and stay.
        file(HTTP + users + "access-log = \"" + folder.resolve("none/access.log") + "\"\n");
        assertThat(proxy.reload()).contains("not reloaded");
        assertThat(proxy.threads(VERIFIERS)).isEqualTo(verifiers);
    }
}
