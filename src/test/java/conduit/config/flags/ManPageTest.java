package conduit.config.flags;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/conduit.1} is what the flags say of themselves, and nothing is wrong with it. */
class ManPageTest {

    private static final Path PAGE = Path.of("docs", "conduit.1");

    private static final CommandSpec CONDUIT = CommandLineReader.commandLine().getCommandSpec();

    @Test
    void theOneInDocsIsThatOfTheseFlags() throws IOException {
        assertThat(Files.readString(PAGE))
                .as("docs/conduit.1, which './conduit manual > docs/conduit.1' makes anew")
                .isEqualTo(ManPage.of(CONDUIT));
        assertThat(CommandLineReader.read("Linux", "manual"))
                .isEqualTo(new Invocation.Print(ManPage.of(CONDUIT).stripTrailing()));
    }

    @Test
    void namesEveryCommandAndEveryFlag() {
        String page = ManPage.of(CONDUIT);
        for (OptionSpec option : CONDUIT.options()) {
            assertThat(page).contains("\\fB" + option.longestName().replace("-", "\\-") + "\\fR");
        }
        assertThat(HelpText.runnable(CONDUIT).toList())
                .isNotEmpty()
                .allSatisfy(command ->
                        assertThat(page.toLowerCase(Locale.ROOT))
                                .contains("\n.sh " + command.qualifiedName() + "\n"));
    }

    @Test
    void mandocFindsNothingWrong() throws Exception {
        expectSilence(Installed.program("mandoc"), "-T", "lint", PAGE.toString());
    }

    @Test
    void groffFindsNothingWrong() throws Exception {
        expectSilence(Installed.program("groff"), "-man", "-Tutf8", "-ww", "-z", PAGE.toString());
    }

    private static void expectSilence(String... command) throws Exception {
        Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).isEmpty();
    }
}
