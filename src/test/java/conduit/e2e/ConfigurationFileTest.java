package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Passwords;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that is told by a file what to do. */
class ConfigurationFileTest {

    private static final String FILE =
            """
            http-listen = "127.0.0.1:0"
            socks5-listen = ["127.0.0.1:0", "127.0.0.1:0"]
            default = "deny"

            [[rules]]
            action = "allow"
            inbounds = "socks5"
            guard = "off"
            """;

    @TempDir Path folder;

    private Path file(String toml) throws IOException {
        return Files.writeString(folder.resolve("conduit.toml"), toml);
    }

    @Test
    void takesItsListenersAndItsRulesFromTheFile() throws IOException {
        try (TestProxy proxy = Launch.withOnly("--config=" + file(FILE)).start();
                Origin origin = Origin.listen().serving(Origin::echo)) {
            await().until(() ->
                    proxy.listener("http").size() == 1 && proxy.listener("socks5").size() == 2);
            try (Peer allowed = Peer.to(proxy.socks5());
                    Peer denied = Peer.to(proxy.http())) {
                allowed.write(Wiring.SOCKS5.request(origin.target()));
                Wiring.SOCKS5.expectAccepted(allowed);
                assertThat(allowed.write("hello").readText(5)).isEqualTo("hello");
                denied.write(Wiring.CONNECT.request(origin.target()));
                assertThat(denied.readText(12)).isEqualTo("HTTP/1.1 403");
            }
            await().until(() -> proxy.accessLines().size() == 2);
            assertThat(proxy.accessLines())
                    .anySatisfy(line ->
                            assertThat(line.fields().get("rule"))
                                    .isEqualTo(folder.resolve("conduit.toml") + ":5"));
        }
    }

    @Test
    void listensWhereAFlagSaysAndNotTheFile() throws IOException {
        String two = "http-listen = ['127.0.0.1:0', '127.0.0.1:0']\nsocks5-listen = '127.0.0.1:0'";
        try (TestProxy proxy =
                Launch.withOnly("--http-listen=[::1]:0", "--config", file(two).toString())
                        .start()) {
            await().until(() -> proxy.listener("socks5").size() == 1);
            assertThat(proxy.listener("http"))
                    .singleElement()
                    .satisfies(at -> assertThat(at.getAddress().getHostAddress()).contains(":"));
        }
    }

    @Test
    void checksAFileAndPrintsWhatItComesTo() throws IOException, InterruptedException {
        Finished right = Launch.withOnly("check", "--config=" + file(FILE)).run();
        assertThat(right.exitCode()).isZero();
        assertThat(right.errors()).isEmpty();
        assertThat(right.output())
                .contains("http-listen = [\"127.0.0.1:0\"]", "dial-timeout = \"10s\"  # default");
        Finished wrong = Launch.withOnly("check", "--config=" + file("threads = 0")).run();
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.output()).isEmpty();
        assertThat(wrong.errors())
                .singleElement()
                .asString()
                .startsWith("conduit: " + folder + "/conduit.toml:1:1: threads: '0' is not");
    }

    @Test
    void warnsOfUsersInRulesThatAreNotInTheFileOfUsers() throws IOException, InterruptedException {
        String rules =
                """
                http-listen = "127.0.0.1:0"
                default = "deny"
                [[rules]]
                action = "allow"
                users = ["alice", "zoe", "mallory"]
                """;
        String config = "--config=" + file(rules);
        String users = Passwords.flag(folder);
        String said =
                "rules name users that are not in the file of users: mallory (%1$s), zoe (%1$s)"
                        .formatted(folder.resolve("conduit.toml") + ":3");
        try (TestProxy proxy =
                Launch.withOnly("--http-listen=127.0.0.1:0", config, users).start()) {
            assertThat(proxy.log())
                    .filteredOn(line -> line.contains("WARN"))
                    .singleElement()
                    .asString()
                    .endsWith(said);
        }
        Finished check = Launch.withOnly("check", config, users).run();
        assertThat(check.exitCode()).isZero();
        assertThat(check.errors()).anyMatch(line -> line.endsWith(said));
        Finished without = Launch.withOnly(config).run();
        assertThat(without.exitCode()).isEqualTo(2);
        assertThat(without.errors()).singleElement().asString().contains("conduit.toml:3: users");
    }

    @Test
    void explainsADecisionAndSaysItWithItsExitCode() throws IOException, InterruptedException {
        String config = "--config=" + file(FILE);
        Finished denied = Launch.withOnly("explain", config, "localhost:80").run();
        assertThat(denied.exitCode()).isEqualTo(1);
        assertThat(denied.output())
                .startsWith("refused: localhost:80\n")
                .contains("denied by the default");
        // From the hosts file, through the resolver and its event loop.
        Finished allowed =
                Launch.withOnly("explain", config, "--inbound=socks5", "localhost:80").run();
        assertThat(allowed.exitCode()).as("%s", allowed).isZero();
        assertThat(allowed.output())
                .contains("127.0.0.1: allowed by " + folder.resolve("conduit.toml") + ":5");
        Finished guarded =
                Launch.withOnly("explain", "--from=192.0.2.7", "--json", "127.0.0.1:80").run();
        assertThat(guarded.exitCode()).isEqualTo(1);
        assertThat(guarded.output()).contains("\"guarded\"");
        assertThat(Launch.withOnly("explain", config).run().exitCode()).isEqualTo(2);
    }
}
