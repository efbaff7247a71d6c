package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Passwords;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code --reload-ends-denied}: what is under way is judged by each new configuration. */
class ReloadEndsDeniedTest {

    private static final String BASE =
            """
            http-listen = "127.0.0.1:0"
            socks5-listen = "127.0.0.1:0"
            reload-ends-denied = true
            """;

    @TempDir Path folder;

    private Path file(String toml) throws IOException {
        return Files.writeString(folder.resolve("conduit.toml"), toml);
    }

    private TestProxy start(String toml) throws IOException {
        TestProxy proxy = Launch.withOnly("--config=" + file(toml)).start();
        proxy.awaitLog("listening: ", 2);
        return proxy;
    }

    private static String denying(String terms) {
        return BASE + "default = \"allow\"\n[[rules]]\naction = \"deny\"\n" + terms + "\n";
    }

    private static String to(Target target) {
        return "to = \"127.0.0.0/8\"\nports = " + target.port();
    }

    private void expectEndedByTheRule(TestProxy proxy, Peer client) throws IOException {
        client.expectClosed();
        AccessLine line = proxy.accessLineOf(client);
        assertThat(line.outcome()).isEqualTo("ended-by-reload");
        assertThat(line.by()).isEqualTo("us");
        assertThat(line.fields()).containsEntry("rule", folder.resolve("conduit.toml") + ":5");
    }

    private static void expectGoesOn(Peer tunnel) throws IOException {
        assertThat(tunnel.write("still").readText(5)).isEqualTo("still");
    }

    @Test
    void endsWhatTheNewRulesDenyByItsDestinationAndNothingElse() throws Exception {
        try (TestProxy proxy = start(BASE);
                Origin denied = Origin.listen().serving(Origin::echo);
                Origin silent = Origin.listen();
                Origin allowed = Origin.listen().serving(Origin::echo);
                Peer connect = Wiring.CONNECT.open(proxy, denied.target());
                Peer socks = Wiring.SOCKS5.open(proxy, denied.target());
                Peer exchange = Wiring.FORWARD.ask(proxy, silent.target());
                Peer asked = silent.accept();
                Peer other = Wiring.CONNECT.open(proxy, allowed.target())) {
            Head.read(asked.in());
            int port = denied.target().port();
            file(
                    denying(
                            "to = \"127.0.0.0/8\"\nports = [%d, %d]"
                                    .formatted(port, silent.target().port())));
            proxy.reload();
            assertThat(proxy.awaitLog("denied now")).endsWith("ended, as they are denied now: 3");
            expectEndedByTheRule(proxy, connect);
            expectEndedByTheRule(proxy, socks);
            exchange.expectReset();
            assertThat(proxy.accessLineOf(exchange).outcome()).isEqualTo("ended-by-reload");
            asked.expectClosed();
            expectGoesOn(other);
        }
    }

    @Test
    void judgesTheAddressThatWasDialledForAName() throws Exception {
        try (TestProxy proxy = start(BASE);
                Origin origin = Origin.at(InetAddress.getByName("localhost"));
                Peer tunnel =
                        Wiring.CONNECT.open(
                                proxy,
                                new Target(
                                        "localhost",
                                        origin.serving(Origin::echo).target().port()))) {
            expectGoesOn(tunnel);
            file(denying("to = [\"127.0.0.0/8\", \"::1\"]"));
            proxy.reload();
            expectEndedByTheRule(proxy, tunnel);
        }
    }

    @Test
    void judgesByTheProtocolThatTheClientSpoke() throws Exception {
        try (TestProxy proxy = start(BASE);
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer connect = Wiring.CONNECT.open(proxy, origin.target());
                Peer socks = Wiring.SOCKS5.open(proxy, origin.target())) {
            file(denying("inbounds = [\"socks5\"]\n" + to(origin.target())));
            proxy.reload();
            expectEndedByTheRule(proxy, socks);
            expectGoesOn(connect);
        }
    }

    @Test
    void endsWhatTheNewGuardDenies() throws Exception {
        try (TestProxy proxy = start(BASE + "guard = \"off\"\n");
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer tunnel = Wiring.CONNECT.open(proxy, origin.target())) {
            file(BASE + "guard = \"strict\"\n");
            proxy.reload();
            tunnel.expectClosed();
            AccessLine line = proxy.accessLineOf(tunnel);
            assertThat(line.outcome()).isEqualTo("ended-by-reload");
            assertThat(line.text()).contains(" rule=- ");
        }
    }

    @Test
    void endsTunnelsOfUsersWhoAreGone() throws Exception {
        String users = Passwords.flag(folder).replaceFirst("--users-file=", "");
        String toml = BASE + "users-file = \"" + users + "\"\n";
        try (TestProxy proxy = start(toml);
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer alice = open(proxy, "alice", origin.target());
                Peer bob = open(proxy, "bob", origin.target())) {
            Path file = Path.of(users);
            Files.write(
                    file,
                    Files.readAllLines(file).stream()
                            .filter(line -> !line.startsWith("alice"))
                            .toList());
            proxy.reload();
            alice.expectClosed();
            assertThat(proxy.accessLineOf(alice).outcome()).isEqualTo("ended-by-reload");
            expectGoesOn(bob);
        }
    }

    private static Peer open(TestProxy proxy, String user, Target target) throws IOException {
        Peer client = Wiring.CONNECT.connect(proxy);
        client.write(
                "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n%2$s\r\n"
                        .formatted(target.authority(), Passwords.field(user, Passwords.RIGHT)));
        Wiring.CONNECT.expectAccepted(client);
        return client;
    }
}
