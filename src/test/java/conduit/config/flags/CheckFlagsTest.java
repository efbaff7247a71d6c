package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Configuration;
import conduit.config.rules.Policing;
import conduit.config.rules.Rule;
import conduit.config.rules.RuleSet;
import conduit.e2e.kit.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code conduit check}: what it prints is a file that means the same. */
class CheckFlagsTest {

    private static final String ALL =
            """
            http-listen = ["127.0.0.1:8080", "[::1]:0"]
            socks5-listen = "127.0.0.1:1080"
            tls-ca-file = "ca.pem"
            upstream = "socks5://jo%65@[2001:db8::1]:1080"
            upstream-auth-file = "parent"
            users-file = "users"
            via = 'a`b'
            dns-server = ["192.0.2.53", "[2001:db8::53]:5353"]
            threads = 3
            fwmark = 0x2a
            tcp-keepalive = "60:10:5"
            bind-address = ["192.0.2.7", "2001:db8::7"]
            tunnel-idle-timeout = "1h"
            default = "deny"

            [[rules]]
            action = "allow"
            from = ["192.0.2.0/24", "2001:db8::1"]
            users = ["b\\"\\\\\\u0001o", "alice"]
            inbounds = ["socks5", "connect"]
            to = ["198.51.100.7", "www.example.com", ".example.org", "*", "2001:db8::/32"]
            ports = [443, "8000-8999"]
            guard = "off"

            [[rules]]
            action = "report"

            [[rules]]
            action = "deny"
            to = "10.0.0.0/8"
            """;

    @TempDir Path folder;

    private static String certificate = "";

    /** It takes a process. */
    @BeforeAll
    static void makesACertificate(@TempDir Path once) throws Exception {
        certificate = Files.readString(Certificate.selfSigned(once, "some").pem());
    }

    @BeforeEach
    void writesTheFilesThatTheFileNames() throws IOException {
        Path secret = Files.writeString(folder.resolve("parent"), "joe:secret\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(folder.resolve("ca.pem"), certificate);
    }

    private Path file(String toml) throws IOException {
        return Files.writeString(folder.resolve("conduit.toml"), toml);
    }

    private static Invocation read(String... args) {
        return CommandLineReader.read("Linux", args);
    }

    private static String checked(String... flags) {
        List<String> args = new ArrayList<>(List.of(flags));
        args.addFirst("check");
        return ((Invocation.Check) read(args.toArray(String[]::new))).effective();
    }

    private static Configuration run(String... args) {
        return ((Invocation.Run) read(args)).configuration();
    }

    /** The same but for the lines of the rules, which stand elsewhere in another file. */
    private static Configuration withoutLines(Configuration all) {
        RuleSet rules = all.policing().rules();
        return new Configuration(
                all.listeners(),
                all.usersFile(),
                all.upstream(),
                all.authorities(),
                new Policing(
                        new RuleSet(
                                rules.rules().stream().map(CheckFlagsTest::withoutLine).toList(),
                                rules.otherwise()),
                        all.policing().guarding()),
                all.resolving(),
                all.timeouts(),
                all.keepAlive(),
                all.dialling(),
                all.reuse(),
                all.httpLimits(),
                all.pseudonym(),
                all.relaying(),
                all.limits(),
                all.logging(),
                all.watching(),
                all.underWay(),
                all.draining(),
                all.administration());
    }

    private static Rule withoutLine(Rule rule) {
        return new Rule(
                rule.action(),
                rule.from(),
                rule.users(),
                rule.inbounds(),
                rule.to(),
                rule.ports(),
                rule.unguarded(),
                "");
    }

    @Test
    void printsAFileThatMeansTheSameWhereverItLies(@TempDir Path elsewhere) throws IOException {
        String config = "--config=" + file(ALL);
        String[] flags = {"--dial-timeout=7s", "--socks5-listen=127.0.0.1:1", "--threads=007"};
        Path again =
                Files.writeString(
                        elsewhere.resolve("again.toml"),
                        checked(config, flags[0], flags[1], flags[2]));
        Configuration meant = run(config, flags[0], flags[1], flags[2]);
        assertThat(withoutLines(run("--config=" + again))).isEqualTo(withoutLines(meant));
        assertThat(meant.policing().rules().rules()).hasSize(3);
        assertThat(run("--config=" + again).policing().rules().rules().getFirst().where())
                .startsWith(again + ":");
    }

    @Test
    void printsEveryKeyWithItsValueAndWhereItComesFrom() throws IOException {
        assertThat(checked("--config=" + file(ALL), "--dial-timeout=7s"))
                .startsWith(
                        """
                        # Listeners
                        http-listen = ["127.0.0.1:8080", "[::1]:0"]
                        socks5-listen = ["127.0.0.1:1080"]
                        # tproxy-listen is not given; default: off

                        # Users
                        users-file = "%s/users"

                        # Upstream
                        upstream = "socks5://[2001:db8::1]:1080"
                        # upstream-mode is not given; default: direct
                        """
                                .formatted(folder))
                .contains(
                        "\ndial-timeout = \"7s\"  # command line\n",
                        "\nhttp-idle-timeout = \"4m\"  # default\n",
                        "\n# half-close-timeout is not given; default: never\n",
                        "\ntproxy-spoof-source = false  # default\n",
                        "\nthreads = 3\n",
                        "\nupstream-auth-file = \"" + folder + "/parent\"\n",
                        "\n[[rules]]  # " + folder + "/conduit.toml:16\naction = \"allow\"\n")
                .endsWith(
                        """

                        [[rules]]  # %s/conduit.toml:28
                        action = "deny"
                        to = ["10.0.0.0/8"]\
                        """
                                .formatted(folder));
    }

    @Test
    void tellsNoSecret() throws IOException {
        assertThat(checked("--config=" + file(ALL))).doesNotContain("jo%65", "joe", "secret");
    }

    @Test
    void worksWithFlagsAlone() {
        assertThat(checked("--http-listen=127.0.0.1:0", "--tcp-keepalive=on"))
                .contains("\ntcp-keepalive = \"on\"\n", "\ndial-timeout = \"10s\"  # default\n")
                .doesNotContain("command line", "default = ", "rules");
    }

    @Test
    void refusesWhatStartingConduitRefuses() throws IOException {
        for (String toml : List.of("", "bogus = 1", "http-listen = 1", "upstream-mode = 'http'")) {
            String config = "--config=" + file(toml);
            assertThat(read("check", config))
                    .isInstanceOf(Invocation.Mistake.class)
                    .isEqualTo(read(config));
        }
    }
}
