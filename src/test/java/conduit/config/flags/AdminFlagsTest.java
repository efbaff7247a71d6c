package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.AdminToken;
import conduit.config.Administration;
import conduit.config.Configuration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin listener is there when it is asked for, and never open to everybody. */
class AdminFlagsTest {

    private static final String TOKEN = "0123456789abcdef";

    @TempDir Path folder;

    @Test
    void isOffByDefault() {
        assertThat(run().administration()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9180", "[::1]:0", "127.9.9.9:1"})
    void needsNoTokenOnALoopbackAddress(String address) {
        assertThat(run("--admin-listen=" + address).administration().orElseThrow().token())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:9180", "[::]:9180", "192.0.2.1:9180"})
    void needsATokenElsewhere(String address) throws IOException {
        assertThat(mistake("--admin-listen=" + address))
                .startsWith("conduit: --admin-listen")
                .contains("--admin-token-file");
        Administration admin =
                run(
                                "--admin-listen=" + address,
                                "--admin-token-file=" + file(TOKEN + "\n", "rw-------"))
                        .administration()
                        .orElseThrow();
        assertThat(admin.token()).isEqualTo(Optional.of(AdminToken.of(TOKEN)));
        assertThat(admin.token().orElseThrow().is(TOKEN)).isTrue();
        assertThat(admin.token().orElseThrow().is(TOKEN + "x")).isFalse();
        assertThat(admin.toString()).doesNotContain(TOKEN);
        assertThat(admin.address()).isInstanceOf(InetSocketAddress.class);
    }

    @Test
    void takesNoTokenThatOthersCouldKnow() throws IOException {
        for (Path wrong :
                new Path[] {
                    file(TOKEN, "rw-r--r--"),
                    file("short", "rw-------"),
                    file("", "rw-------"),
                    file(TOKEN + "\n" + TOKEN + "\n", "rw-------"),
                    file("with a space in between", "rw-------"),
                    file("umlaut-0123456789-\u00fc", "rw-------"),
                    folder.resolve("none"),
                    folder
                }) {
            String line = mistake("--admin-listen=127.0.0.1:0", "--admin-token-file=" + wrong);
            assertThat(line).startsWith("conduit: --admin-token-file").doesNotContain(TOKEN);
        }
        assertThat(mistake("--admin-token-file=" + file(TOKEN, "rw-------")))
                .contains("--admin-listen");
    }

    private Path file(String content, String mode) throws IOException {
        Path file = Files.writeString(Files.createTempFile(folder, "token", ""), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static Configuration run(String... flags) {
        return ((Invocation.Run) read(flags)).configuration();
    }

    private static String mistake(String... flags) {
        return ((Invocation.Mistake) read(flags)).line();
    }

    private static Invocation read(String... flags) {
        String[] all = new String[flags.length + 1];
        all[0] = "--http-listen=127.0.0.1:0";
        System.arraycopy(flags, 0, all, 1, flags.length);
        return CommandLineReader.read("Linux", all);
    }
}
