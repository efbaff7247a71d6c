package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Destination;
import conduit.address.Parsed;
import conduit.config.Credentials;
import conduit.config.Upstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamFlagsTest {

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"--upstream=direct://", "--upstream-mode=direct", "--threads=1"})
    void goesDirectlyUnlessToldOtherwise(String flag) {
        assertThat(meant(flag)).isEqualTo(new Upstream.Direct());
    }

    @ParameterizedTest
    @CsvSource({
        "http, proxy.example:3128",
        "http, '[2001:db8::1]:3128'",
        "socks5, 192.0.2.7:1080",
    })
    void meansTheSameInOneFlagAndInTwo(String mode, String at) {
        Upstream inOne = meant("--upstream=" + mode + "://" + at);
        Destination parent = ((Parsed.Valid<Destination>) Destination.parse(at)).value();
        assertThat(inOne)
                .isEqualTo(
                        mode.equals("http")
                                ? new Upstream.HttpParent(parent, Optional.empty())
                                : new Upstream.SocksParent(parent, Optional.empty()));
        assertThat(meant("--upstream=" + mode + "://" + at + "/")).isEqualTo(inOne);
        assertThat(meant("--upstream=" + mode.toUpperCase(Locale.ROOT) + "://" + at))
                .isEqualTo(inOne);
        assertThat(meant("--upstream-mode=" + mode, "--upstream-addr=" + at)).isEqualTo(inOne);
    }

    @ParameterizedTest
    @CsvSource({
        "http://joe@127.0.0.1:1, joe",
        "socks5://joe@127.0.0.1:1, joe",
        "http://joe%40corp@127.0.0.1:1, joe@corp",
        "http://127.0.0.1:1, joe",
    })
    void takesTheCredentialsFromTheFile(String url, String user) throws IOException {
        Upstream.Parent parent =
                (Upstream.Parent) meant("--upstream=" + url, authFile(user + ":pass:word"));
        assertThat(parent.credentials()).contains(new Credentials(user, "pass:word"));
    }

    @Test
    void neverShowsAPassword() throws IOException {
        Upstream upstream = meant("--upstream=http://127.0.0.1:1", authFile("joe:secret"));
        assertThat(upstream.toString()).contains("joe").doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--upstream=http://joe:secret@127.0.0.1:1",
                "--upstream=http://joe@corp.example:secret@127.0.0.1:1",
                "--upstream=joe:secret@127.0.0.1:1",
                "--upstream=http:joe:secret@127.0.0.1:1",
                "--upstream=http:/joe:secret@127.0.0.1:1",
                "--upstream=http://joe:s/e:secret@x@127.0.0.1:1",
                "--upstream=ftp://:secret@127.0.0.1:1",
                "--upstream-addr=joe:secret@127.0.0.1:1",
            })
    void repeatsNoPasswordThatStandsInTheWrongPlace(String flag) {
        assertThat(mistake(flag)).contains("***@127.0.0.1:1").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proxy.example:3128 | it has not the form of a URL",
                "ftp://proxy.example:3128 | its scheme is none of direct, http and socks5",
                "https://proxy.example:3128 | its scheme is none of direct, http and socks5",
                "direct://proxy.example:3128 | nothing may follow direct://",
                "direct:/// | nothing may follow direct://",
                "http://proxy.example | the port is missing",
                "http://:3128 | the host is missing",
                "http://proxy.example:0 | the port must be 1 to 65535",
                "http://proxy.example:3128/path | it has not the form of a URL",
                "socks5://1.2.3:1080 | the host is neither a name nor an address",
                "http://joe:secret@127.0.0.1:1 | a password belongs into the file of --upstream-auth-file",
                "http://@127.0.0.1:1 | the user is empty",
                "http://%zz@127.0.0.1:1 | the user is not percent-encoded",
                "http://joe@corp@127.0.0.1:1 | the user is not percent-encoded",
            })
    void saysWhatIsWrongWithAUrl(String url, String why) {
        assertThat(mistake("--upstream=" + url))
                .startsWith("conduit: --upstream: ")
                .contains("is not a way out (" + why + "): expected direct://, ");
    }

    @Test
    void refusesBothForms() {
        assertThat(mistake("--upstream=direct://", "--upstream-mode=direct"))
                .isEqualTo(
                        "conduit: --upstream: it was given together with --upstream-mode: expected"
                                + " either this flag or the other two");
        assertThat(mistake("--upstream=http://a.example:1", "--upstream-addr=a.example:1"))
                .contains("together with --upstream-addr");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "socks5"})
    void refusesAModeWithoutItsParent(String mode) {
        assertThat(mistake("--upstream-mode=" + mode))
                .isEqualTo(
                        "conduit: --upstream-addr: none was given with --upstream-mode="
                                + mode
                                + ": expected host:port, for example 192.0.2.7:3128");
    }

    @Test
    void refusesWhatWouldNotBeUsed() throws IOException {
        assertThat(mistake("--upstream-addr=[::1]:3128"))
                .isEqualTo(
                        "conduit: --upstream-addr: '[::1]:3128' has no use with direct: expected no"
                                + " address, or --upstream-mode=http or socks5");
        assertThat(mistake(authFile("joe:secret")))
                .startsWith("conduit: --upstream-auth-file: ")
                .contains("has no use with direct");
    }

    @Test
    void refusesAUserWithoutAPasswordAndAPasswordOfAnotherUser() throws IOException {
        assertThat(mistake("--upstream=http://joe@a.example:1"))
                .isEqualTo(
                        "conduit: --upstream-auth-file: none was given for the user in --upstream:"
                                + " expected a file of mode 0600 with one line user:password");
        assertThat(mistake("--upstream=http://joe@a.example:1", authFile("ann:secret")))
                .contains("is about another user than --upstream")
                .doesNotContain("ann", "secret");
    }

    @Test
    void saysWhyAFileCannotBeUsed() throws IOException {
        String file = authFile("joe:secret");
        Files.setPosixFilePermissions(
                directory.resolve("auth"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(mistake("--upstream=http://a.example:1", file))
                .contains("cannot be used (others than its owner have access to it")
                .endsWith("expected a file of mode 0600 with one line user:password");
        assertThat(mistake("--upstream=socks5://a.example:1", authFile("joe:")))
                .contains("the password is empty, which SOCKS5 does not allow");
        assertThat(mistake("--upstream=http://a.example:1", "--upstream-auth-file=/nowhere"))
                .contains("there is no such file");
    }

    private String authFile(String line) throws IOException {
        Path file = directory.resolve("auth");
        Files.writeString(file, line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return "--upstream-auth-file=" + file;
    }

    private static Upstream meant(String... flags) {
        return ((Invocation.Run) read(flags)).configuration().upstream();
    }

    private static String mistake(String... flags) {
        return ((Invocation.Mistake) read(flags)).line();
    }

    private static Invocation read(String... flags) {
        return Invocation.parse(
                Stream.concat(Stream.of("--http-listen=127.0.0.1:0"), Stream.of(flags))
                        .toArray(String[]::new));
    }
}
