package conduit.e2e.admin;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may not use the admin listener cannot, and nobody can harm it or the proxy. */
class HostileAdminTest {

    private static final String TOKEN = "a-token-of-this-test";

    @AutoClose private static final TestProxy open = TestProxy.with("--admin-listen=127.0.0.1:0");

    private static final Admin admin = Admin.of(open);

    @TempDir static Path folder;

    private static Path tokenFile;

    @BeforeAll
    static void writeToken() throws IOException {
        tokenFile = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        Files.setPosixFilePermissions(tokenFile, PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void answersNobodyWhoDoesNotKnowTheToken() throws IOException {
        try (TestProxy closed =
                TestProxy.with("--admin-listen=127.0.0.1:0", "--admin-token-file=" + tokenFile)) {
            Admin stranger = Admin.of(closed);
            for (String path :
                    List.of(
                            "/metrics",
                            "/api/tunnels",
                            "/api/tunnels/x",
                            "/api/top",
                            "/api/config")) {
                Admin.Response refused = stranger.get(path);
                assertThat(refused.status()).as(path).isEqualTo(401);
                assertThat(refused.head().values("WWW-Authenticate")).containsExactly("Bearer");
                for (String field :
                        List.of(
                                "Authorization: Bearer wrong",
                                "Authorization: Bearer " + TOKEN + "x",
                                "Authorization: Bearer",
                                "Authorization: Basic " + TOKEN,
                                "Authorization: " + TOKEN,
                                "Authorization: Bearer "
                                        + TOKEN
                                        + "\r\nAuthorization: Bearer "
                                        + TOKEN)) {
                    assertThat(stranger.sending(field).get(path).status())
                            .as(path + " " + field)
                            .isEqualTo(401);
                }
            }
            assertThat(stranger.ask("DELETE", "/api/tunnels/x").status()).isEqualTo(401);
            assertThat(stranger.get("/livez").status()).isEqualTo(200);
            assertThat(stranger.get("/readyz").status()).isEqualTo(200);
            assertThat(stranger.get("/").status()).isEqualTo(200);
            Admin known = stranger.sending("Authorization: Bearer " + TOKEN);
            assertThat(known.get("/metrics").status()).isEqualTo(200);
            assertThat(known.sending("Host: any.example").get("/api/tunnels").status())
                    .isEqualTo(200);
            assertThat(known.get("/api/config").body()).doesNotContain(TOKEN);
            assertThat(closed.log()).noneMatch(line -> line.contains(TOKEN));
        }
    }

    @Test
    void isNotForPagesWhoseNameLeadsHere() throws IOException {
        for (String host :
                List.of(
                        "Host: evil.example",
                        "Host: evil.example:" + admin.address().getPort(),
                        "Host: localhost.evil.example",
                        "Host: 192.0.2.1",
                        "Host: ",
                        "Host: 127.0.0.1.evil.example",
                        "Host: 127.0.0.1\r\nHost: evil.example")) {
            for (String path : List.of("/metrics", "/api/tunnels", "/", "/livez")) {
                assertThat(admin.sending(host).get(path).status()).as(host + path).isEqualTo(403);
            }
        }
        for (String host : List.of("Host: localhost", "Host: 127.0.0.1:1", "Host: [::1]:80")) {
            assertThat(admin.sending(host).get("/metrics").status()).as(host).isEqualTo(200);
        }
    }

    @Test
    void isNotForPagesOfOtherSites() throws IOException {
        String own = "X-Conduit-Request: 1";
        for (String field :
                List.of(
                        "Origin: http://evil.example",
                        "Origin: null",
                        "Sec-Fetch-Site: cross-site",
                        "Sec-Fetch-Site: same-site")) {
            Admin foreign = admin.sending(field);
            assertThat(foreign.get("/api/tunnels").status()).as(field).isEqualTo(403);
            assertThat(foreign.sending(own).ask("DELETE", "/api/tunnels/0-0").status())
                    .as(field)
                    .isEqualTo(403);
        }
        assertThat(admin.ask("DELETE", "/api/tunnels/0-0").status()).isEqualTo(403);
        Admin page =
                admin.sending("Origin: http://" + admin.authority())
                        .sending("Sec-Fetch-Site: same-origin");
        assertThat(page.get("/api/tunnels").status()).isEqualTo(200);
        assertThat(page.sending(own).ask("DELETE", "/api/tunnels/0-0").status()).isEqualTo(404);
        assertThat(
                        page.sending("Content-Type: application/json")
                                .ask("DELETE", "/api/tunnels/0-0")
                                .status())
                .isEqualTo(404);
    }

    /** A GET that ended a tunnel could be had from any page by an image. */
    @Test
    void changesNothingByReading() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(open, origin.target())) {
            Peer remote = origin.accept();
            String id =
                    admin.awaitTunnels("", all -> all.get("open").getAsLong() == 1)
                            .getAsJsonArray("tunnels")
                            .get(0)
                            .getAsJsonObject()
                            .get("id")
                            .getAsString();
            for (String method : List.of("GET", "HEAD", "POST", "PUT", "OPTIONS", "delete")) {
                admin.sending("X-Conduit-Request: 1").ask(method, "/api/tunnels/" + id);
            }
            client.write("still here");
            assertThat(remote.readText(10)).isEqualTo("still here");
        }
    }

    @Test
    void tellsBrowsersToKeepOthersOut() throws IOException {
        for (String path : List.of("/", "/metrics", "/api/tunnels", "/nothing")) {
            Head head = admin.get(path).head();
            assertThat(head.values("X-Content-Type-Options")).containsExactly("nosniff");
            assertThat(head.values("X-Frame-Options")).containsExactly("DENY");
            assertThat(head.values("Cache-Control")).containsExactly("no-store");
            assertThat(head.values("Content-Security-Policy").getFirst())
                    .startsWith("default-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(head.has("Access-Control-Allow-Origin")).isFalse();
        }
    }

    @Test
    void servesNoFileThatIsNotOfThePage() throws IOException {
        for (String path :
                List.of(
                        "/../policy/special-purpose.txt",
                        "/..%2fpolicy%2fspecial-purpose.txt",
                        "/Page.class",
                        "//etc/passwd",
                        "/index.html/",
                        "/%2e%2e/",
                        "/none.js",
                        "/api",
                        "/api/tunnels/..%2f..%2fmetrics")) {
            assertThat(admin.get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(admin.get("/index.html").status()).isEqualTo(200);
        assertThat(admin.get("/%zz").status()).isEqualTo(400);
        assertThat(admin.ask("POST", "/metrics").status()).isEqualTo(403);
        assertThat(admin.sending("X-Conduit-Request: 1").ask("POST", "/metrics").status())
                .isEqualTo(405);
    }

    @Test
    void survivesWhatIsNoRequest() throws IOException {
        for (String bytes :
                List.of(
                        "\0\1\2\r\n\r\n",
                        "GET\r\n\r\n",
                        "GET / HTTP/9.9\r\n\r\n",
                        "GET /" + "x".repeat(10_000) + " HTTP/1.1\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: localhost\r\nX: "
                                + "x".repeat(40_000)
                                + "\r\n\r\n",
                        "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n",
                        "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                        "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(100))) {
            try (Peer peer = Peer.to(admin.address())) {
                peer.write(bytes);
                peer.finish();
                peer.readToClose();
            }
        }
        assertThat(admin.get("/livez").status()).isEqualTo(200);
    }

    /** Some are told to come back, and none of them is in anybody's way for long. */
    @Test
    void answersAHundredScrapesAtOnceOrSaysThatItIsBusy() throws Exception {
        List<Background<Integer>> scrapes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            scrapes.add(Background.of(() -> admin.get("/metrics").status()));
        }
        int answered = 0;
        for (Background<Integer> scrape : scrapes) {
            int status = scrape.result();
            assertThat(status).isIn(200, 503);
            answered += status == 200 ? 1 : 0;
        }
        assertThat(answered).isPositive();
        assertThat(admin.get("/metrics").status()).isEqualTo(200);
    }

    @Test
    void letsSlowReadersAndSilentOnesWaitAlone() throws IOException {
        List<Peer> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                Peer reader = Peer.to(admin.address());
                reader.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
                reader.read(1);
                slow.add(reader);
                Peer writer = Peer.to(admin.address());
                writer.write("GET /metrics HTTP/1.1\r\nHost: loc");
                slow.add(writer);
            }
            assertThat(admin.get("/metrics").status()).isEqualTo(200);
        } finally {
            for (Peer peer : slow) {
                peer.close();
            }
        }
    }

    @Test
    void closesThoseThatHaveBeenSilentLongestBeyondItsBound() throws IOException {
        List<Peer> many = new ArrayList<>();
        try (Origin origin = Origin.listen()) {
            for (int i = 0; i < 300; i++) {
                many.add(Peer.to(admin.address()));
            }
            try (Peer client = Wiring.CONNECT.open(open, origin.target())) {
                client.write("x");
                assertThat(origin.accept().readText(1)).isEqualTo("x");
            }
            many.getFirst().expectClosed();
            assertThat(admin.get("/livez").status()).isEqualTo(200);
        } finally {
            for (Peer peer : many) {
                peer.close();
            }
        }
    }

    /** What is on loopback is there for users of this machine, and not for clients. */
    @Test
    void isNotForClientsOfTheProxy() throws IOException {
        try (TestProxy unguarded = TestProxy.with("--admin-listen=127.0.0.1:0", "--guard=off");
                Peer client = Peer.to(unguarded.http())) {
            int port = Admin.of(unguarded).address().getPort();
            client.write(
                    "GET http://127.0.0.1:%d/metrics HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                            .formatted(port, port));
            assertThat(client.readToClose()).startsWith("HTTP/1.1 508 ");
        }
    }

    @Test
    void saysInOneLineThatItsAddressCannotBeHad() throws Exception {
        try (Origin taken = Origin.listen()) {
            Finished finished =
                    Launch.withBothListeners("--admin-listen=" + taken.target().authority()).run();
            assertThat(finished.exitCode()).isEqualTo(1);
            assertThat(finished.errors())
                    .anyMatch(line -> line.contains("--admin-listen"))
                    .noneMatch(line -> line.startsWith("\tat "));
        }
    }
}
