package conduit.tproxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.interception.Interception;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts that a signal reaches, or a failure, while they put the rules in force. */
class InterruptedScriptsTest {

    private static final Interception ASKED = Asking.forwarded(Asking.TPROXY);

    private static final String STATE =
            """
            nft list table inet conduit 2>/dev/null || :; iptables-save | grep CONDUIT || :; ip6tables-save | grep CONDUIT || :
            ip rule; ip -6 rule; ip route show table all; ip -6 route show table all
            """;

    @TempDir private Path folder;
    private NetworkNamespace network;

    @BeforeEach
    void open() {
        Installed.program("nft");
        Installed.program("ip");
        Installed.program("iptables");
        network = NetworkNamespace.open();
    }

    @AfterEach
    void close() {
        network.close();
    }

    /** A program that the script is to take for the system's. */
    private void stub(String name, String script) throws IOException {
        Path stub = folder.resolve(name);
        Files.writeString(stub, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwx------"));
    }

    private Process begin(String script) throws IOException {
        Path file = Files.writeString(folder.resolve("script"), script);
        return network.call(() -> {
            ProcessBuilder shell = new ProcessBuilder("sh", file.toString());
            shell.environment()
                    .merge("PATH", ":/usr/sbin:/sbin", (path, more) -> folder + ":" + path + more);
            return shell.redirectErrorStream(true).start();
        });
    }

    @ParameterizedTest
    @CsvSource({"nft, -f", "iptables-restore, --noflush", "ip6tables-restore, --noflush"})
    void endsWhatItHasBegunWhenItIsTerminated(String program, String changing) throws Exception {
        String script = program.equals("nft") ? NftScript.of(ASKED) : IptablesScript.of(ASKED);
        network.run(script);
        String whole = network.output(STATE);
        network.run(
                script.substring(script.indexOf("# To take all"))
                        .replaceAll("(?m)^# (?= )", "")
                        .replaceFirst("#.*", ""));
        assertThat(network.output(STATE)).isNotEqualTo(whole);

        Path begun = fifo("begun");
        Path go = fifo("go");
        stub(
                program,
                """
                case "$*" in
                *--test*) ;;
                *%s*) echo begun > %s; read -r go < %s ;;
                esac
                exec %s "$@"
                """
                        .formatted(changing, begun, go, Installed.program(program)));
        Process interrupted = begin(script);
        try (var said = Files.newBufferedReader(begun)) {
            assertThat(said.readLine()).isEqualTo("begun");
        }
        interrupted.toHandle().destroy();
        Files.writeString(go, "go\n");
        String said = new String(interrupted.getInputStream().readAllBytes(), UTF_8);
        assertThat(interrupted.waitFor()).as(said).isZero();
        assertThat(network.output(STATE)).isEqualTo(whole);
    }

    private Path fifo(String name) {
        Path path = folder.resolve(name);
        network.run("mkfifo " + path);
        return path;
    }

    @Test
    void saysThatTheRulesWereNotTakenAndLeavesNothing() throws Exception {
        String before = network.output(STATE);
        stub("nft", "echo no room >&2; exit 1\n");
        Process failed = begin(NftScript.of(ASKED));
        assertThat(failed.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("no room\n");
        assertThat(failed.waitFor()).isNotZero();
        assertThat(network.output(STATE)).isEqualTo(before);
    }

    /** The first half carries connections over one version of IP, as long as it has its routes. */
    @Test
    void saysThatTheSecondHalfOfTheRulesWasNotTakenAndKeepsTheRoutes() throws Exception {
        stub(
                "ip6tables-restore",
                "case \"$*\" in *--test*) ;; *) echo no room >&2; exit 1 ;; esac\n");
        Process failed = begin(IptablesScript.of(ASKED));
        assertThat(failed.getInputStream().readAllBytes()).asString(UTF_8).isEqualTo("no room\n");
        assertThat(failed.waitFor()).isNotZero();
        assertThat(network.output("iptables-save")).contains("-j TPROXY");
        assertThat(network.output("ip rule; ip route show table 100"))
                .contains("fwmark 0x1", "local default");
    }
}
