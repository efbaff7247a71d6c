package conduit.e2e.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Certificate;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Node: fetch through undici's ProxyAgent, which has a tunnel for everything, and the http module
 * with whole URLs in its request lines, as the usual agents for proxies write them.
 */
class NodeTest {

    private static final int REQUESTS = 200;

    /** Each handshake is work for two processes that have just been started. */
    private static final int TLS_REQUESTS = 40;

    private static final int AT_ONCE = 8;

    private static final String PAGE = "0123456789".repeat(3000);

    /** Takes the proxy, the page's URL and how often to ask; prints each answer that is wrong. */
    private static final String FETCHING =
            """
            const { fetch, ProxyAgent } = require("undici");
            const [proxy, url, length, requests, atOnce] = process.argv.slice(2);
            const dispatcher = new ProxyAgent({
                uri: proxy,
                connections: Number(atOnce),
                requestTls: { rejectUnauthorized: false },
            });
            async function ask() {
                const answer = await fetch(url, { dispatcher });
                const body = await answer.arrayBuffer();
                if (answer.status !== 200 || body.byteLength !== Number(length)) {
                    console.log("answered %d with %d bytes", answer.status, body.byteLength);
                }
            }
            async function run() {
                for (let asked = 0; asked < requests; asked += Number(atOnce)) {
                    await Promise.all(Array.from({ length: atOnce }, ask));
                }
                await dispatcher.close();
            }
            run();
            """;

    /** The same by hand, and every request brings a body and wants it back. */
    private static final String FORWARDING =
            """
            const http = require("http");
            const [proxy, url, length, requests, atOnce] = process.argv.slice(2);
            const agent = new http.Agent({ keepAlive: true, maxSockets: Number(atOnce) });
            const { hostname, port } = new URL(proxy);
            const sent = Buffer.alloc(Number(length), "body");
            function ask() {
                const request = http.request(
                    { hostname, port, agent, method: "POST", path: url,
                      headers: { Host: new URL(url).host } },
                    answer => {
                        const pieces = [];
                        answer.on("data", piece => pieces.push(piece));
                        answer.on("end", () => {
                            if (!Buffer.concat(pieces).equals(sent)) {
                                console.log("answered %d with something else", answer.statusCode);
                            }
                        });
                    });
                request.write(sent.subarray(0, 1000));
                request.end(sent.subarray(1000));
            }
            for (let asked = 0; asked < requests; asked++) {
                ask();
            }
            """;

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @TempDir private static Path directory;

    private static String node;

    @BeforeAll
    static void find() {
        node = Installed.program("node");
    }

    @Test
    void fetchesThroughTunnels() throws Exception {
        Installed.nodeModule("undici");
        try (Site site = Site.at(Family.NAME, Map.of("/", Pages.inChunks(bytes(PAGE))))) {
            run(FETCHING, site.url("/"), REQUESTS);
            assertThat(site.visits()).hasSize(REQUESTS);
            expectFewTunnels(site.target(), Site.connectionsOf(site.visits()));
        }
    }

    @Test
    void fetchesOverHttps() throws Exception {
        Installed.nodeModule("undici");
        Load load = new Load(PAGE.length(), 1);
        try (WebServer web =
                WebServer.tls(Family.NAME, load, Certificate.selfSigned(directory).context())) {
            run(FETCHING, web.url("/load"), TLS_REQUESTS);
            expectFewTunnels(web.target(), web.connections());
        }
    }

    private static void expectFewTunnels(Target target, long connections) {
        assertThat(connections).as("connections to the origin").isBetween(1L, (long) AT_ONCE);
        assertThat(
                        proxy.awaitAccessLines(
                                connections, line -> line.destination().equals(target.authority())))
                .hasSizeLessThanOrEqualTo(AT_ONCE)
                .allMatch(line -> line.inbound().equals("connect"));
    }

    @Test
    void hasManyRequestsForwardedOverFewConnections() throws Exception {
        try (Site site = Site.at(Family.NAME, Map.of("/echo", Pages.ECHO))) {
            run(FORWARDING, site.url("/echo"), REQUESTS);
            assertThat(site.visits()).hasSize(REQUESTS);
            assertThat(Site.connectionsOf(site.visits()))
                    .as("connections to the origin")
                    .isLessThan(REQUESTS / 4);
            assertThat(
                            proxy.awaitAccessLines(
                                    REQUESTS,
                                    line -> line.destination().equals(site.target().authority())))
                    .hasSize(REQUESTS)
                    .allMatch(line -> line.inbound().equals("forward"))
                    .extracting(AccessLine::client)
                    .satisfies(clients ->
                            assertThat(clients.stream().distinct().count())
                                    .as("connections from the client")
                                    .isLessThanOrEqualTo(AT_ONCE));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static void run(String script, String url, int requests)
            throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("script.js"), script);
        List<String> command =
                List.of(
                        node,
                        file.toString(),
                        "http://" + Target.of(proxy.http()),
                        url,
                        Integer.toString(PAGE.length()),
                        Integer.toString(requests),
                        Integer.toString(AT_ONCE));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("NODE_PATH", Installed.NODE_MODULES);
        Finished finished = Finished.of(builder.start());
        assertThat(finished.errors()).isEmpty();
        assertThat(finished.output()).as("wrong answers").isEmpty();
        assertThat(finished.exitCode()).isEqualTo(0);
    }
}
