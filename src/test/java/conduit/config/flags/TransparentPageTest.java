package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.flags.Invocation.Mistake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/transparent.md against the code: every command line in it, in a block, in a sentence,
 * in a unit or in the doctor's own words, is one that conduit takes.
 */
class TransparentPageTest {

    /** How the page calls conduit: in its folder, installed, as an image, and in a mend line. */
    private static final Pattern COMMAND_LINE =
            Pattern.compile(
                    "(?:\\./|/opt/conduit/|localhost/|mend: )conduit(?<arguments> [^`|&;#\n]*)");

    private static final Pattern CONTINUED = Pattern.compile(" *\\\\\n *");

    private static List<String> commandLines(String page) {
        return COMMAND_LINE
                .matcher(CONTINUED.matcher(page).replaceAll(" "))
                .results()
                .map((MatchResult found) -> found.group("arguments").strip())
                .toList();
    }

    private static Invocation read(String arguments) {
        return CommandLineReader.read("Linux", arguments.split(" +"));
    }

    @Test
    void conduitTakesEveryCommandLineOnThePage() throws IOException {
        List<String> lines = commandLines(Files.readString(Path.of("docs", "transparent.md")));
        assertThat(lines)
                .as("the proxy, its rules and the doctor")
                .anyMatch(line -> line.startsWith("--tproxy-listen="))
                .anyMatch(line -> line.startsWith("tproxy rules --means=tproxy "))
                .anyMatch(line -> line.startsWith("doctor "))
                .allSatisfy(line -> assertThat(read(line)).isNotInstanceOf(Mistake.class));
    }

    @Test
    void commandLinesAreFoundWhereverTheyStand() {
        String page =
                """
                Say `./conduit doctor --wrong` and look.
                    ./conduit tproxy rules \\
                        --remove    # gone
                ExecStart=/opt/conduit/conduit --fwmark=7
                podman run localhost/conduit --help | less
                        mend: conduit --threads=2
                table inet conduit is no command line, nor is /opt/conduit
                """;
        assertThat(commandLines(page))
                .containsExactly(
                        "doctor --wrong",
                        "tproxy rules --remove",
                        "--fwmark=7",
                        "--help",
                        "--threads=2");
        assertThat(Stream.of("doctor --wrong", "--fwmark=7").map(line -> read(line)))
                .allSatisfy(asked -> assertThat(asked).isInstanceOf(Mistake.class));
    }
}
