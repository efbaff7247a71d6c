package conduit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Passwords;
import conduit.e2e.kit.TestProxy;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conduit passwd}, and a start with the file that it makes or one that is wrong. */
class PasswdTest {

    private static final String HTTP = "--http-listen=127.0.0.1:0";

    @TempDir private Path folder;

    @Test
    void addsAUserAndChangesItsPassword() throws Exception {
        Path file = folder.resolve("users");
        Finished added = passwd("first\n", file.toString(), "alice");
        assertThat(added.errors()).isEmpty();
        assertThat(added.exitCode()).isZero();
        assertThat(added.output()).isEqualTo("conduit: %s: alice is added\n".formatted(file));
        String before = Files.readString(file);
        Finished changed = passwd("second\n", file.toString(), "alice");
        assertThat(changed.output())
                .isEqualTo("conduit: %s: alice has another password\n".formatted(file));
        assertThat(Files.readString(file)).isNotEqualTo(before);
        try (TestProxy proxy = TestProxy.with("--users-file=" + file)) {
            assertThat(proxy.log()).anyMatch(line -> line.endsWith("users: 1"));
            assertThat(proxy.log()).noneMatch(line -> line.contains("WARN"));
        }
    }

    @Test
    void saysInOneLineWhatIsInItsWay() throws Exception {
        expectOneLine(passwd("x\n", folder.resolve("no/users").toString(), "alice"), 1, "folder");
        expectOneLine(passwd("", folder.resolve("users").toString(), "alice"), 1, "is empty");
        expectOneLine(passwd("x\n", folder.resolve("users").toString(), "a:b"), 2, "a colon");
        expectOneLine(passwd("x\n", folder.resolve("users").toString()), 2, "USER");
        expectOneLine(passwd("x\n", "users", "alice", "more"), 2, "'more'");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void doesNotStartWithAFileThatIsWrong() throws Exception {
        Passwords.flag(folder, "# ours\nalice:secret\n");
        Finished start = Launch.withOnly(HTTP, "--users-file=" + folder.resolve("users")).run();
        expectOneLine(start, 2, "users:2: the password is plain text or crypt(3)");
        assertThat(start.errors().getFirst()).doesNotContain("secret");
        Finished none = Launch.withOnly(HTTP, "--users-file=" + folder.resolve("none")).run();
        expectOneLine(none, 2, "none: there is no such file");
        Finished checked =
                Launch.withOnly("check", HTTP, "--users-file=" + folder.resolve("none")).run();
        expectOneLine(checked, 2, "none: there is no such file");
    }

    @Test
    void warnsOfAFileThatEverybodyMayRead() throws Exception {
        String flag = Passwords.flag(folder);
        Files.setPosixFilePermissions(
                folder.resolve("users"), PosixFilePermissions.fromString("rw-r--r--"));
        try (TestProxy proxy = TestProxy.with(flag)) {
            assertThat(proxy.log())
                    .anyMatch(line -> line.contains("WARN") && line.contains("rw-r"));
        }
    }

    private static void expectOneLine(Finished finished, int exitCode, String words) {
        assertThat(finished.output()).isEmpty();
        assertThat(finished.errors())
                .singleElement()
                .asString()
                .startsWith("conduit: ")
                .contains(words);
        assertThat(finished.exitCode()).isEqualTo(exitCode);
    }

    private static Finished passwd(String input, String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "passwd";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        Process process = Launch.withOnly(all).process();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        }
        return Finished.of(process);
    }
}
