package conduit.config.flags;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Parsed;
import conduit.config.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsFileTest {

    private static final String SECRET = "s3cret";

    @TempDir private Path directory;

    @Test
    void readsOneLineOfUserAndPassword() throws Exception {
        assertThat(http("user:" + SECRET)).isEqualTo(valid("user", SECRET));
        assertThat(http("user:" + SECRET + "\n")).isEqualTo(valid("user", SECRET));
        assertThat(http("user:" + SECRET + "\r\n")).isEqualTo(valid("user", SECRET));
        assertThat(http(" us\u00e9r : a:b ")).isEqualTo(valid(" us\u00e9r ", " a:b "));
        assertThat(http("user:")).isEqualTo(valid("user", ""));
        assertThat(socks("user:" + SECRET + "\n")).isEqualTo(valid("user", SECRET));
    }

    @Test
    void saysWhatIsWrongWithTheContentWithoutRepeatingIt() throws Exception {
        assertThat(why(http(""))).isEqualTo("it is empty");
        assertThat(why(http("\n"))).isEqualTo("it is empty");
        assertThat(why(http(SECRET + "\n")))
                .isEqualTo("there is no colon between user and password");
        assertThat(why(http(":" + SECRET))).isEqualTo("the user is missing");
        assertThat(why(http("user:" + SECRET + "\n\n"))).isEqualTo("it has more than one line");
        assertThat(why(http("user:" + SECRET + "\nb:c"))).isEqualTo("it has more than one line");
        assertThat(why(http("user:" + SECRET + "\0"))).isEqualTo("it contains a control character");
        assertThat(why(http("user:" + "x".repeat(5000)))).isEqualTo("it is longer than 4096 bytes");
        Path latin = file("us\u00e9r:x".getBytes(ISO_8859_1));
        assertThat(why(CredentialsFile.forHttp(latin))).isEqualTo("it is not UTF-8");
    }

    @Test
    void knowsWhatSocksCannotCarry() throws Exception {
        String longest = "\u00e9".repeat(127) + "x";

        assertThat(socks(longest + ":" + longest)).isEqualTo(valid(longest, longest));
        assertThat(why(socks(longest + "x:" + SECRET)))
                .isEqualTo("the user is longer than SOCKS5 allows, 255 bytes");
        assertThat(why(socks("user:x" + longest)))
                .isEqualTo("the password is longer than SOCKS5 allows, 255 bytes");
        assertThat(why(socks("user:")))
                .isEqualTo("the password is empty, which SOCKS5 does not allow");
        assertThat(why(socks(SECRET))).isEqualTo("there is no colon between user and password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "r--r--r--"})
    void refusesAFileThatOthersHaveAccessTo(String mode) throws Exception {
        Path file = file(("user:" + SECRET).getBytes(UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertThat(why(CredentialsFile.forHttp(file)))
                .isEqualTo("others than its owner have access to it: its mode is " + mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "rwx--x--x"})
    void takesAFileThatOnlyItsOwnerCanReadAndChange(String mode) throws Exception {
        Path file = file(("user:" + SECRET).getBytes(UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertThat(CredentialsFile.forHttp(file)).isEqualTo(valid("user", SECRET));
    }

    @Test
    void followsALinkAndJudgesWhatItNames() throws Exception {
        Path file = file(("user:" + SECRET).getBytes(UTF_8));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);

        assertThat(CredentialsFile.forHttp(link)).isEqualTo(valid("user", SECRET));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(why(CredentialsFile.forHttp(link))).contains("others than its owner");
    }

    @Test
    void saysWhenThereIsNothingToRead() {
        assertThat(why(CredentialsFile.forHttp(directory.resolve("missing"))))
                .isEqualTo("there is no such file");
        assertThat(why(CredentialsFile.forSocks(directory.resolve("missing"))))
                .isEqualTo("there is no such file");
        assertThat(why(CredentialsFile.forHttp(directory))).isEqualTo("it is not a regular file");
        assertThat(why(CredentialsFile.forHttp(Path.of("/dev/null"))))
                .isEqualTo("it is not a regular file");
    }

    private Parsed<Credentials> http(String content) throws IOException {
        return CredentialsFile.forHttp(file(content.getBytes(UTF_8)));
    }

    private Parsed<Credentials> socks(String content) throws IOException {
        return CredentialsFile.forSocks(file(content.getBytes(UTF_8)));
    }

    private Path file(byte[] content) throws IOException {
        Path file = directory.resolve("credentials");
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static Parsed<Credentials> valid(String user, String password) {
        return Parsed.valid(new Credentials(user, password));
    }

    private static String why(Parsed<Credentials> parsed) {
        assertThat(parsed).isInstanceOf(Parsed.Invalid.class);
        assertThat(parsed.toString()).doesNotContain(SECRET);
        return ((Parsed.Invalid<Credentials>) parsed).why();
    }
}
