package conduit.users;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Parsed;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Installed;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others write, we read, and the other way round: Apache's htpasswd, and OpenSSL. */
class HtpasswdTest {

    private static final List<String> PASSWORDS =
            List.of("secret", "x", "p\u00e4ss w\u00f6rd: $2y$ \"'\\", "0123456789".repeat(7));

    @ParameterizedTest
    @ValueSource(strings = {"-B -C 4", "-B -C 6", "-m", "-2", "-5", "-5 -r 1000"})
    void readsWhatHtpasswdWrites(String options) throws Exception {
        for (String password : PASSWORDS) {
            expectPassword(htpasswd("-n " + options + " alice", password).output(), password);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-s", "-d", "-p"})
    void refusesWhatHtpasswdWritesInAWeakerWay(String option) throws Exception {
        String line = htpasswd("-n " + option + " alice", "secret").output();
        assertThat(UsersFile.parse(line.getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        Parsed.Invalid.class,
                        invalid -> assertThat(invalid.why()).startsWith("1: the password is "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-apr1", "-5", "-6"})
    void readsWhatOpensslWrites(String option) throws Exception {
        for (String password : PASSWORDS) {
            List<String> command =
                    List.of(Installed.program("openssl"), "passwd", option, "-stdin");
            expectPassword("alice:" + run(command, password).output(), password);
        }
    }

    private static void expectPassword(String line, String password) {
        Users users =
                switch (UsersFile.parse(line.getBytes(UTF_8))) {
                    case Parsed.Valid<Users>(Users valid) -> valid;
                    case Parsed.Invalid<Users>(String why) -> throw new AssertionError(why);
                };
        assertThat(users.prove(claim(password))).as("'%s' in %s", password, line).isTrue();
        assertThat(users.prove(claim(password.substring(1)))).as(line).isFalse();
    }

    private static Claim claim(String password) {
        return new Claim("alice".getBytes(UTF_8), password.getBytes(UTF_8));
    }

    @Test
    void writesWhatHtpasswdReads(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("users");
        for (String password : PASSWORDS) {
            PasswordChange.carryOut(file, "bob", password.getBytes(UTF_8));
            assertThat(htpasswd("-v " + file + " bob", password).exitCode()).isZero();
            assertThat(htpasswd("-v " + file + " bob", "another").exitCode()).isNotZero();
        }
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    private static Finished htpasswd(String arguments, String password) throws Exception {
        List<String> command = new ArrayList<>(List.of(Installed.program("htpasswd"), "-i"));
        command.addAll(List.of(arguments.split(" ", -1)));
        return run(command, password);
    }

    /** The password goes in as bytes, while arguments depend on the locale. */
    private static Finished run(List<String> command, String password) throws Exception {
        Process process = new ProcessBuilder(command).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write((password + "\n").getBytes(UTF_8));
        }
        return Finished.of(process);
    }
}
