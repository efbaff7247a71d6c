package conduit.config.flags;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Installed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real bash makes of what {@code conduit completion} prints. */
class CompletionTest {

    /**
     * Has the completion of conduit called as by the tabulator behind the words, of which bash
     * takes {@code =} for one, and prints what it offers.
     */
    private static final String TABULATOR =
            """
            source "$1"
            shift
            compopt() { :; } # which wants a completion that the tabulator began
            COMP_WORDS=("$@")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_LINE="$*"
            COMP_POINT=${#COMP_LINE}
            [[ $(complete -p conduit) =~ -F\\ ([^ ]+) ]] && handler=${BASH_REMATCH[1]}
            "$handler" conduit "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """;

    @TempDir Path folder;

    private Path script;

    @BeforeEach
    void print() throws Exception {
        Invocation.Print printed = (Invocation.Print) CommandLineReader.read("Linux", "completion");
        script = Files.writeString(folder.resolve("conduit.bash"), printed.text() + "\n");
    }

    private List<String> offered(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Installed.program("bash"),
                                "-c",
                                TABULATOR,
                                "-",
                                script.toString()));
        command.addAll(List.of(words));
        Process bash =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(bash.getInputStream().readAllBytes(), UTF_8);
        assertThat(bash.waitFor()).as(said).isZero();
        return said.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    @Test
    void completesCommands() throws Exception {
        assertThat(offered("conduit", "do")).containsExactly("doctor");
        assertThat(offered("conduit", "tproxy", "")).contains("rules");
    }

    @Test
    void completesFlags() throws Exception {
        assertThat(offered("conduit", "--http-li")).containsExactly("--http-listen");
        assertThat(offered("conduit", "tproxy", "rules", "--exempt-"))
                .containsExactlyInAnyOrder("--exempt-mark", "--exempt-user", "--exempt-group");
        assertThat(offered("conduit", "doctor", "--can")).containsExactly("--canary");
    }

    @Test
    void completesValuesBehindABlankAndBehindAnEqualsSign() throws Exception {
        assertThat(offered("conduit", "--relay", "s")).containsExactly("splice");
        assertThat(offered("conduit", "--relay", "=", "s")).containsExactly("splice");
        assertThat(offered("conduit", "--relay", "="))
                .containsExactlyInAnyOrder("auto", "splice", "copy");
        assertThat(offered("conduit", "--via", "=", "o")).containsExactlyInAnyOrder("on", "off");
        assertThat(offered("conduit", "tproxy", "rules", "--means", "=", "t"))
                .containsExactly("tproxy");
    }

    @Test
    void completesFiles() throws Exception {
        Files.createFile(folder.resolve("some-file"));
        assertThat(offered("conduit", "--config", "some-")).containsExactly("some-file");
        assertThat(offered("conduit", "--config", "=", "some-")).containsExactly("some-file");
        assertThat(offered("conduit", "passwd", "some-")).containsExactly("some-file");
    }

    @Test
    void goesOnBehindAFlagWithItsValue() throws Exception {
        assertThat(offered("conduit", "--http-listen", "=", "127.0.0.1", ":", "8080", "--socks5-l"))
                .containsExactly("--socks5-listen");
        assertThat(offered("conduit", "--http-listen=127.0.0.1:8080", "--socks5-l"))
                .containsExactly("--socks5-listen");
    }
}
