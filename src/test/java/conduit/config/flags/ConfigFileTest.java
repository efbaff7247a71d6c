package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Network;
import conduit.address.Parsed;
import conduit.address.PortRange;
import conduit.config.Configuration;
import conduit.config.Fwmark;
import conduit.config.Inbound;
import conduit.config.Listener;
import conduit.config.SeenAs;
import conduit.config.rules.Action;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.config.rules.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration file means, alone and together with flags. */
class ConfigFileTest {

    @TempDir Path folder;

    private Configuration run(String toml, String... flags) throws IOException {
        return run(Files.writeString(folder.resolve("conduit.toml"), toml), flags);
    }

    private static Configuration run(Path file, String... flags) {
        List<String> args = new ArrayList<>(List.of(flags));
        args.add("--config=" + file);
        Invocation meant = CommandLineReader.read("Linux", args.toArray(String[]::new));
        assertThat(meant).isInstanceOf(Invocation.Run.class);
        return ((Invocation.Run) meant).configuration();
    }

    @Test
    void takesKeysOfEveryTypeForTheirFlags() throws IOException {
        assertThat(
                        run(
                                """
                                http-listen = ["127.0.0.1:8080", "[::1]:8080"]
                                tproxy-listen = "127.0.0.1:8081"
                                dial-timeout = "5s"
                                threads = 4
                                fwmark = 0x2a
                                tcp-keepalive = "off"
                                bind-address = ["192.0.2.7"]
                                tproxy-spoof-source = true
                                via = 'egress1'
                                """))
                .isEqualTo(
                        ((Invocation.Run)
                                        CommandLineReader.read(
                                                "Linux",
                                                "--http-listen=127.0.0.1:8080",
                                                "--http-listen=[::1]:8080",
                                                "--tproxy-listen=127.0.0.1:8081",
                                                "--dial-timeout=5s",
                                                "--threads=4",
                                                "--fwmark=0x2a",
                                                "--tcp-keepalive=off",
                                                "--bind-address=192.0.2.7",
                                                "--tproxy-spoof-source",
                                                "--via=egress1"))
                                .configuration());
    }

    @Test
    void letsFlagsWinAndAFlagThatRepeatsReplaceTheWholeList() throws IOException {
        String file =
                """
                http-listen = ["127.0.0.1:1", "127.0.0.1:2"]
                dial-timeout = "5s"
                http-idle-timeout = "6s"
                """;
        Configuration both =
                run(file, "--http-listen", "127.0.0.1:3", "--dial-timeout=7s", "--fwmark=9");
        assertThat(both.listeners())
                .extracting(Listener::toString)
                .containsExactly("http 127.0.0.1:3");
        assertThat(both.timeouts().dial()).isEqualTo(Duration.ofSeconds(7));
        assertThat(both.timeouts().httpIdle()).isEqualTo(Duration.ofSeconds(6));
        assertThat(both.dialling().mark()).contains(new Fwmark(9));
    }

    @Test
    void letsASwitchOnTheCommandLineWin() throws IOException {
        String file =
                """
                tproxy-listen = "127.0.0.1:1"
                tproxy-spoof-source = false
                """;
        assertThat(run(file).dialling().transparent()).isEqualTo(SeenAs.CONDUIT);
        assertThat(run(file, "--tproxy-spoof-source").dialling().transparent())
                .isEqualTo(SeenAs.CLIENT);
    }

    /** With some versions of the parser it would take minutes. */
    @Test
    @Timeout(60)
    void readsLongComments() throws IOException {
        String comment = "# why\n\n".repeat(3_000);
        assertThat(
                        run("http-listen = '127.0.0.1:1'\n" + comment + "fwmark = 9\n")
                                .dialling()
                                .mark())
                .contains(new Fwmark(9));
    }

    @Test
    void takesAnEmptyListForNone() throws IOException {
        assertThat(run("dns-server = []\nhttp-listen = '127.0.0.1:1'").resolving().servers())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uFEFFhttp-listen = '127.0.0.1:1'", "http-listen='127.0.0.1:1'\r\n"})
    void readsWhatEditorsOfOtherSystemsWrite(String toml) throws IOException {
        assertThat(run(toml).listeners()).hasSize(1);
    }

    @Test
    void startsRelativePathsAtTheFilesFolder() throws IOException {
        Path secret = Files.writeString(folder.resolve("parent"), "joe:secret\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        String file =
                """
                http-listen = "127.0.0.1:1"
                upstream = "http://127.0.0.1:3128"
                upstream-auth-file = "parent"
                """;
        assertThat(run(file).upstream().toString()).contains("joe:***");
    }

    @Test
    void readsEveryKeyOfARule() throws IOException {
        String file =
                """
                http-listen = "127.0.0.1:1"
                users-file = "users"
                default = "deny"
                [[rules]]
                action = "allow"
                from = ["192.0.2.0/24", "2001:db8::1"]
                users = "alice"
                inbounds = ["connect", "socks5"]
                to = ["198.51.100.7", "WWW.Example.com.", ".example.org", "*", "2001:db8::/32"]
                ports = [443, "8000-8999", "22"]
                guard = "off"

                [[rules]]
                action = "report"
                """;
        RuleSet rules = run(file).policing().rules();
        Path at = folder.resolve("conduit.toml");
        assertThat(rules.otherwise()).isEqualTo(Action.DENY);
        assertThat(rules.rules())
                .containsExactly(
                        new Rule(
                                Action.ALLOW,
                                List.of(network("192.0.2.0/24"), network("2001:db8::1")),
                                Set.of("alice"),
                                Set.of(Inbound.CONNECT, Inbound.SOCKS5),
                                List.of(
                                        new Target.In(network("198.51.100.7")),
                                        new Target.Named("www.example.com"),
                                        new Target.Under("example.org"),
                                        new Target.Anything(),
                                        new Target.In(network("2001:db8::/32"))),
                                List.of(
                                        new PortRange(443, 443),
                                        new PortRange(8000, 8999),
                                        new PortRange(22, 22)),
                                true,
                                at + ":4"),
                        new Rule(
                                Action.REPORT,
                                List.of(),
                                Set.of(),
                                Set.of(),
                                List.of(),
                                List.of(),
                                false,
                                at + ":13"));
    }

    @Test
    void takesADefaultAloneForRules() throws IOException {
        assertThat(run("default = 'deny'\nhttp-listen = '127.0.0.1:1'").policing().rules())
                .isEqualTo(new RuleSet(List.of(), Action.DENY));
        assertThat(run("http-listen = '127.0.0.1:1'").policing().rules()).isEqualTo(RuleSet.NONE);
    }

    @Test
    void isReadByTheDoctorToo() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("conduit.toml"),
                        "tproxy-listen = '[::]:8081'\nhttp-max-idle-conns = 1\nfwmark = 7");
        Invocation.Examine asked =
                (Invocation.Examine)
                        CommandLineReader.read(
                                "Linux", "doctor", "--json", "--config", "" + file, "--fwmark=8");
        assertThat(asked.examination().ports()).containsExactly(8081);
        assertThat(asked.examination().mark()).contains(new Fwmark(8));
        assertThat(asked.examination().startedWith())
                .containsExactly("--config=" + file, "--fwmark=8");
    }

    private static Network network(String text) {
        return ((Parsed.Valid<Network>) Network.parse(text)).value();
    }
}
