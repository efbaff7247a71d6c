package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/conduit.example.toml} names every key, and what it says is so. */
class ExampleFileTest {

    private static final Path EXAMPLE = Path.of("docs", "conduit.example.toml");

    /** A setting, or one that is commented out: without a space, unlike prose. */
    private static final Pattern SETTING = Pattern.compile("(?m)^#?([a-z0-9-]+) = ");

    private static final List<String> LISTENERS =
            List.of("--http-listen=127.0.0.1:8080", "--socks5-listen=127.0.0.1:1080");

    @Test
    void namesEveryFlagAndNoOther() throws IOException {
        String flags = Files.readString(EXAMPLE).replaceFirst("(?ms)^#?default = .*", "");
        List<String> keys =
                ProxyOptions.of(CommandLineReader.commandLine().getCommandSpec()).values().stream()
                        .flatMap(List<OptionSpec>::stream)
                        .map(ProxyOptions::key)
                        .toList();
        assertThat(SETTING.matcher(flags).results().map(key -> key.group(1)))
                .containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void holdsTheDefaults() {
        assertThat(configuration("--config=" + EXAMPLE))
                .isEqualTo(configuration(LISTENERS.toArray(String[]::new)));
    }

    private static Configuration configuration(String... arguments) {
        return ((Invocation.Run) CommandLineReader.read("Linux", arguments)).configuration();
    }

    @Test
    void hasOnlyWhatCanBeReadWhenNothingIsCommentedOut(@TempDir Path folder) throws IOException {
        String all = Files.readString(EXAMPLE).replaceAll("(?m)^#(?=[a-z\\[])", "");
        assertThat(all).contains("\n[[rules]]\n").isNotEqualTo(Files.readString(EXAMPLE));
        Path file = Files.writeString(folder.resolve("all.toml"), all);
        assertThat(
                        FileArguments.read(
                                file, CommandLineReader.commandLine().parseArgs("--config=x")))
                .isInstanceOf(FileArguments.Meaning.Meant.class);
    }
}
