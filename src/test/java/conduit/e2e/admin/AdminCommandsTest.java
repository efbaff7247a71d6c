package conduit.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What conduit is told to do by the admin listener: to reload and to stop. */
class AdminCommandsTest {

    private static final String RELOAD = "/api/reload";
    private static final String DRAIN = "/api/drain";
    private static final String OWN = "X-Conduit-Request: 1";
    private static final String DENY_ALL = "default = \"deny\"\n";

    private static final String BOTH =
            """
            http-listen = "127.0.0.1:0"
            socks5-listen = "127.0.0.1:0"
            """;

    @TempDir private Path folder;

    /** In the place of what was there, at once. */
    private Path file(String toml) throws IOException {
        Path fresh = Files.writeString(folder.resolve("fresh"), toml);
        return Files.move(
                fresh, folder.resolve("conduit.toml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private TestProxy start(String... flags) throws IOException {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--config=" + file(BOTH));
        all.add("--admin-listen=127.0.0.1:0");
        TestProxy proxy = Launch.withOnly(all.toArray(String[]::new)).start();
        proxy.awaitLog("listening: ", 3);
        return proxy;
    }

    private static Admin operator(TestProxy proxy) {
        return Admin.of(proxy).sending(OWN);
    }

    private static int statusOfConnect(TestProxy proxy, Origin origin) throws IOException {
        try (Peer client = Wiring.CONNECT.ask(proxy, origin.target())) {
            return Head.read(client.in()).status();
        }
    }

    @Test
    void takesAChangedFileAndSaysWhatHasChanged() throws IOException {
        try (TestProxy proxy = start();
                Origin origin = Origin.listen()) {
            Admin operator = operator(proxy);
            file(BOTH + DENY_ALL);
            Admin.Response done = operator.ask("POST", RELOAD);
            assertThat(done.status()).isEqualTo(200);
            assertThat(done.body()).isEqualTo("rules 0, others than before\n");
            assertThat(statusOfConnect(proxy, origin)).isEqualTo(403);
            assertThat(operator.get("/api/config").body()).contains("default = \"deny\"");
            assertThat(operator.ask("POST", RELOAD).body()).isEqualTo("nothing has changed\n");
        }
    }

    @Test
    void namesThePlaceOfAMistakeAndKeepsEverything() throws Exception {
        try (TestProxy proxy = start();
                Origin taken = Origin.listen();
                Origin origin = Origin.listen()) {
            Admin operator = operator(proxy);
            String before = operator.get("/api/config").body();
            Path config = file(BOTH + DENY_ALL + "dial-timeout = \"soon\"\n");
            Finished check = Launch.withOnly("check", "--config=" + config).run();
            Admin.Response mistake = operator.ask("POST", RELOAD);
            assertThat(mistake.status()).isEqualTo(422);
            assertThat(mistake.json().get("error").getAsString())
                    .startsWith(config + ":4:")
                    .isEqualTo(check.errors().getFirst().substring("conduit: ".length()));
            file(BOTH.replaceFirst("127.0.0.1:0", taken.target().authority()) + DENY_ALL);
            Admin.Response occupied = operator.ask("POST", RELOAD);
            assertThat(occupied.status()).isEqualTo(422);
            assertThat(occupied.json().get("error").getAsString()).contains("already in use");
            assertThat(operator.get("/api/config").body()).isEqualTo(before);
            assertThat(operator.metric("conduit_config_last_reload_successful")).isZero();
            assertThat(operator.get("/readyz").status()).isEqualTo(200);
            assertThat(statusOfConnect(proxy, origin)).isEqualTo(200);
        }
    }

    @Test
    void writesNoMoreThanTheLevelThatAReloadAsksFor() throws IOException {
        try (TestProxy proxy = start()) {
            Admin operator = operator(proxy);
            file(BOTH + "log-level = \"warn\"\n");
            assertThat(operator.ask("POST", RELOAD).body()).isEqualTo("log-level\n");
            file("nonsense");
            assertThat(operator.ask("POST", RELOAD).status()).isEqualTo(422);
            proxy.awaitLog("not reloaded");
            assertThat(proxy.log())
                    .filteredOn(line -> line.contains(RELOAD))
                    .as("one line was written before the level was changed")
                    .hasSize(1);
        }
    }

    @Test
    void stopsWhenWhatIsUnderWayHasEnded() throws Exception {
        try (TestProxy proxy = start("--drain-timeout=1h");
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer tunnel = Wiring.CONNECT.open(proxy, origin.target())) {
            Admin operator = operator(proxy);
            InetSocketAddress listener = proxy.http();
            assertThat(operator.get("/readyz").status()).isEqualTo(200);
            assertThat(operator.ask("POST", DRAIN).status()).isEqualTo(202);
            await().until(() -> operator.get("/readyz").status() == 503);
            assertThat(operator.get("/readyz").body()).isEqualTo("stopping\n");
            assertThat(operator.get("/livez").status()).isEqualTo(200);
            await().untilAsserted(() -> Peer.expectNobodyAt(listener));
            assertThat(tunnel.write("still").readText(5)).isEqualTo("still");
            tunnel.finish();
            tunnel.expectEnd();
            assertThat(proxy.awaitExit()).as("exit code").isZero();
            assertThat(proxy.log().getLast()).endsWith("1 ended by themselves, 0 cut");
        }
    }

    @Test
    void tellsApartWhatTheOperatorHasEndedMeanwhile() throws Exception {
        try (TestProxy proxy = start("--drain-timeout=1h");
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer unwanted = Wiring.CONNECT.open(proxy, origin.target());
                Peer other = Wiring.CONNECT.open(proxy, origin.target())) {
            Admin operator = operator(proxy);
            assertThat(operator.ask("POST", DRAIN).status()).isEqualTo(202);
            await().until(() -> operator.get("/readyz").status() == 503);
            String client = Target.of(unwanted.address()).authority();
            String id =
                    operator.get("/api/tunnels").json().getAsJsonArray("tunnels").asList().stream()
                            .map(JsonElement::getAsJsonObject)
                            .filter(one -> one.get("client").getAsString().equals(client))
                            .map(one -> one.get("id").getAsString())
                            .findFirst()
                            .orElseThrow();
            assertThat(operator.ask("DELETE", "/api/tunnels/" + id).status()).isEqualTo(204);
            unwanted.expectClosed();
            other.finish();
            other.expectEnd();
            assertThat(proxy.awaitExit()).as("exit code").isZero();
            assertThat(proxy.log().getLast())
                    .endsWith("1 ended by themselves, 1 ended by the operator, 0 cut");
        }
    }

    /** A hook may ask before the signal comes, and more than once. */
    @Test
    void isHurriedByTheSecondSignalAndByNothingBefore() throws Exception {
        try (TestProxy proxy = start("--drain-timeout=1h");
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer tunnel = Wiring.CONNECT.open(proxy, origin.target())) {
            Admin operator = operator(proxy);
            assertThat(operator.ask("POST", DRAIN).status()).isEqualTo(202);
            assertThat(operator.ask("POST", DRAIN).status()).isEqualTo(202);
            Background<Integer> end = Background.of(proxy::terminate);
            // Of a signal nobody tells; a hurried end takes less than a few hundred round trips.
            for (int i = 0; i < 1_000; i++) {
                assertThat(tunnel.write("still").readText(5)).isEqualTo("still");
            }
            assertThat(proxy.terminate()).as("exit code").isZero();
            assertThat(end.result()).isZero();
            tunnel.expectClosed();
            assertThat(proxy.log().getLast()).endsWith("0 ended by themselves, 1 cut");
        }
    }

    @Test
    void obeysNobodyButWhoMayAskForIt() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "a-token-of-this-test\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        try (TestProxy open = start();
                TestProxy closed = start("--admin-token-file=" + token);
                Origin origin = Origin.listen()) {
            file(BOTH + DENY_ALL);
            Admin admin = Admin.of(open);
            for (String path : List.of(RELOAD, DRAIN)) {
                assertThat(admin.ask("POST", path).status()).as("a form").isEqualTo(403);
                assertThat(
                                operator(open)
                                        .sending("Origin: http://evil.example")
                                        .ask("POST", path)
                                        .status())
                        .as("another page's script")
                        .isEqualTo(403);
                for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
                    assertThat(operator(open).ask(method, path).status()).as(method).isEqualTo(405);
                }
                assertThat(operator(closed).ask("POST", path).status())
                        .as("without the token")
                        .isEqualTo(401);
            }
            for (TestProxy each : List.of(open, closed)) {
                assertThat(each.log()).noneMatch(line -> line.contains("/api/"));
                assertThat(Admin.of(each).get("/readyz").status()).isEqualTo(200);
                assertThat(statusOfConnect(each, origin)).isEqualTo(200);
            }
        }
    }
}
