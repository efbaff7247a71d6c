package conduit.users;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.address.Parsed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsersFileTest {

    private static final String HASH = "$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/";

    @TempDir private Path folder;

    @Test
    void readsUsersBetweenCommentsAndEmptyLines() throws Exception {
        Path file = write("# ours\n\nalice:" + HASH + "\r\n  \nJos\u00e9 B:" + HASH);
        Users users = UsersFile.read(file).users();
        assertThat(users.count()).isEqualTo(2);
        assertThat(users.prove(claim("alice", "secret"))).isTrue();
        assertThat(users.prove(claim("Jos\u00e9 B", "secret"))).isTrue();
        assertThat(users.prove(claim("alice", "Secret"))).isFalse();
        assertThat(users.prove(claim("Alice", "secret"))).isFalse();
        assertThat(users.prove(claim("# ours", "secret"))).isFalse();
        assertThat(users.prove(new Claim("Jos\u00e9 B".getBytes(ISO_8859_1), bytes("secret"))))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "\"\"; there are no users in it",
                "# nobody; there are no users in it",
                "alice; 1: there is no colon",
                "a:HASH|b:secret; 2: the password is plain text or crypt(3)",
                "a:HASH||#x|a:HASH; 4: the user stands in an earlier line too",
                ":HASH; 1: the user's name: it is empty",
                "\" a:HASH\"; 1: the user's name: it begins or ends with a blank",
                "a\tb:HASH; 1: the user's name: it contains a control character",
                "a:HASH|b: HASH; 2: the password is plain text",
            })
    void saysWhatIsWrongAndInWhichLineWithoutAWordOfIt(String lines, String why) throws Exception {
        Path file = write(lines.replace("|", "\n").replace("HASH", HASH));
        assertThatThrownBy(() -> UsersFile.read(file))
                .isInstanceOf(UnusableUsersException.class)
                .message()
                .startsWith(file + ":")
                .contains(why)
                .doesNotContain("secret", "abcdefgh", "\n");
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] latin = ("Jos\u00e9:" + HASH).getBytes(ISO_8859_1);
        assertThat(UsersFile.parse(latin)).isEqualTo(Parsed.invalid(" it is not UTF-8"));
    }

    @Test
    void namesAFileThatCannotBeRead() {
        assertThatThrownBy(() -> UsersFile.read(folder.resolve("none")))
                .hasMessageEndingWith("none: there is no such file");
        assertThatThrownBy(() -> UsersFile.read(folder)).hasMessageEndingWith("regular file");
    }

    @Test
    void warnsOfAFileThatEverybodyMayRead() throws Exception {
        Path file = write("alice:" + HASH);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(UsersFile.read(file).warning()).isEmpty();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(UsersFile.read(file).warning().orElseThrow())
                .contains(file.toString(), "rw-r--r--");
    }

    /** So that the time does not tell who is in the file. */
    @Test
    void comparesWithTheCostliestHashForAWrongPasswordAndForNobody() throws Exception {
        Path file = write("cheap:" + HASH + "\ndear:" + Hash.make(5, bytes("other")));
        Users users = UsersFile.read(file).users();
        assertThat(compared(users, claim("dear", "wrong"))).containsExactly("BCRYPT");
        assertThat(compared(users, claim("nobody", "wrong"))).containsExactly("BCRYPT");
        assertThat(compared(users, claim("cheap", "wrong"))).containsExactly("APR1", "BCRYPT");
    }

    private static List<String> compared(Users users, Claim claim) {
        List<String> compared = new ArrayList<>();
        assertThat(
                        users.prove(
                                claim,
                                (hash, password) -> {
                                    compared.add(hash.toString());
                                    return hash.matches(password);
                                }))
                .isFalse();
        return compared;
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("users"), text);
    }

    private static Claim claim(String user, String password) {
        return new Claim(bytes(user), bytes(password));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
