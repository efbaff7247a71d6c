package conduit.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Parsed;
import conduit.users.PasswordChange.Done;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordChangeTest {

    private static final String OTHERS = "# ours \u00e9\r\n\n bob : not even a hash\nal:x\n";

    @TempDir private Path folder;

    @Test
    void makesAFileForItsOwnerOnly() throws Exception {
        assertThat(change("alice", "secret")).isEqualTo(Parsed.valid(Done.ADDED));
        assertThat(mode()).isEqualTo("rw-------");
        assertThat(read()).matches("alice:\\$2y\\$10\\$[./A-Za-z0-9]{53}\n");
        assertThat(provesTo("alice", "secret")).isTrue();
    }

    @Test
    void leavesOtherLinesAsTheyAreByteForByte() throws Exception {
        write(OTHERS);
        assertThat(change("alice", "secret")).isEqualTo(Parsed.valid(Done.ADDED));
        assertThat(read()).startsWith(OTHERS + "alice:$2y$").endsWith("\n");
        String added = read();
        assertThat(change("al", "secret")).isEqualTo(Parsed.valid(Done.CHANGED));
        assertThat(read())
                .startsWith(OTHERS.replace("al:x\n", "al:$2y$"))
                .endsWith("\n" + added.substring(OTHERS.length()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"al:x|; |", "al:x^|; ^|", "al:x; ''", "'#|al:x^|al2:y'; ^|al2:y"})
    void keepsTheEndOfTheLineThatItChanges(String before, String behind) throws Exception {
        write(lines(before));
        assertThat(change("al", "secret")).isEqualTo(Parsed.valid(Done.CHANGED));
        assertThat(read()).matches("(?s)(#\n)?al:\\$2y\\$.{56}" + lines(behind));
    }

    private static String lines(String text) {
        return text.replace('|', '\n').replace('^', '\r');
    }

    @Test
    void endsALastLineThatHasNoEnd() throws Exception {
        write("bob:x");
        change("alice", "secret");
        assertThat(read()).startsWith("bob:x\nalice:$2y$");
    }

    @Test
    void keepsTheModeOfTheFileAndALinkToIt() throws Exception {
        Path real = Files.writeString(folder.resolve("real"), "bob:x\n");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Files.createSymbolicLink(file(), real);
        change("alice", "secret");
        assertThat(Files.isSymbolicLink(file())).isTrue();
        assertThat(mode()).isEqualTo("rw-r-----");
        try (var left = Files.list(folder)) {
            assertThat(left).as("nothing else is left").hasSize(2);
        }
    }

    @Test
    void keepsTheOwner() throws Exception {
        write("bob:x\n");
        var nobody =
                folder.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("nobody");
        try {
            Files.setOwner(file(), nobody);
        } catch (IOException onlyRootMay) {
            return;
        }
        change("alice", "secret");
        assertThat(Files.getOwner(file())).isEqualTo(nobody);
    }

    @Test
    void changesNothingWhereAUserStandsTwice() throws Exception {
        write("al:x\nbob:y\nal:z\n");
        assertThat(change("al", "secret"))
                .isEqualTo(Parsed.invalid("the user stands in lines 1 and 3 of it"));
        assertThat(read()).isEqualTo("al:x\nbob:y\nal:z\n");
    }

    @Test
    void saysWhatIsInItsWay() {
        assertThat(PasswordChange.carryOut(folder.resolve("a/b"), "al", bytes("secret")))
                .isEqualTo(Parsed.invalid("its folder does not exist"));
        assertThat(PasswordChange.carryOut(folder, "al", bytes("secret")))
                .isEqualTo(Parsed.invalid("it is not a regular file"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "secret\n", "secret\r\n", "secret\nand more"})
    void takesOneLineOfStandardInput(String input) {
        assertThat(Password.fromLine(new ByteArrayInputStream(bytes(input))))
                .isInstanceOfSatisfying(
                        Parsed.Valid.class,
                        valid -> assertThat((byte[]) valid.value()).isEqualTo(bytes("secret")));
    }

    @Test
    void takesNoPasswordThatBcryptWouldCut() {
        assertThat(Password.fromLine(new ByteArrayInputStream(bytes("x".repeat(72) + "\r\n"))))
                .isInstanceOf(Parsed.Valid.class);
        for (int length : new int[] {73, 74, 75, 100_000}) {
            assertThat(Password.fromLine(new ByteArrayInputStream(bytes("x".repeat(length)))))
                    .isEqualTo(Parsed.invalid("it is longer than bcrypt takes, 72 bytes"));
        }
    }

    @ParameterizedTest
    @CsvSource({"'',it is empty", "'\n',it is empty", "'a\tb',it contains a control character"})
    void takesNoPasswordThatHttpDoesNot(String input, String why) {
        assertThat(Password.fromLine(new ByteArrayInputStream(bytes(input))))
                .isEqualTo(Parsed.invalid(why));
    }

    private Parsed<Done> change(String user, String password) {
        return PasswordChange.carryOut(file(), user, bytes(password));
    }

    private boolean provesTo(String user, String password) throws UnusableUsersException {
        return UsersFile.read(file()).users().prove(new Claim(bytes(user), bytes(password)));
    }

    private Path file() {
        return folder.resolve("users");
    }

    private void write(String text) throws IOException {
        Files.writeString(file(), text, ISO_8859_1);
    }

    private String read() throws IOException {
        return Files.readString(file(), ISO_8859_1);
    }

    private String mode() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
