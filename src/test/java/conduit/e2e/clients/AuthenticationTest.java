package conduit.e2e.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.browser.Chromium;
import conduit.e2e.browser.DevTools;
import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Certificate;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Passwords;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.WebServer;
import java.io.IOException;
import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real clients say who they are, each in its own way: curl, Java, Node and Chromium. */
class AuthenticationTest {

    private static final byte[] PAGE = "a page for users".getBytes(ISO_8859_1);

    private static final String USER = "alice:" + Passwords.RIGHT;

    @TempDir private static Path folder;

    private static TestProxy proxy;

    @BeforeAll
    static void start() throws IOException {
        // Nothing leaves this machine, whatever a browser would like to ask its maker.
        proxy =
                TestProxy.with(
                        Passwords.flag(folder), "--dns-server=" + Target.closed(Family.IPV4));
    }

    @AfterAll
    static void stop() throws IOException {
        proxy.close();
    }

    /** How curl is told to use the proxy. */
    enum Curl {
        FORWARD("-x"),
        CONNECT("-px"),
        SOCKS5("--socks5-hostname");

        private final String option;

        Curl(String option) {
            this.option = option;
        }

        Finished run(String user, String url) throws Exception {
            Target listener = Target.of(this == SOCKS5 ? proxy.socks5() : proxy.http());
            List<String> command =
                    new ArrayList<>(
                            List.of(
                                    Installed.program("curl"),
                                    "-q",
                                    "-sS",
                                    "--fail",
                                    "--noproxy",
                                    "",
                                    "--max-time",
                                    "50",
                                    option,
                                    listener.authority(),
                                    url));
            if (!user.isEmpty()) {
                command.addAll(List.of("--proxy-user", user));
            }
            return Finished.of(new ProcessBuilder(command).start());
        }
    }

    @ParameterizedTest
    @EnumSource
    void curlIsServedWithTheRightPasswordOnly(Curl curl) throws Exception {
        try (Site site = Site.at(Family.IPV4, Map.of("/", Pages.of(PAGE)))) {
            Finished right = curl.run(USER, site.url("/"));
            assertThat(right.exitCode()).as("%s", right.errors()).isZero();
            assertThat(right.output()).isEqualTo(new String(PAGE, ISO_8859_1));
            assertThat(userAt(site.target())).isEqualTo("alice");
            assertThat(site.visits().getFirst().request().toString())
                    .doesNotContainIgnoringCase("proxy-auth");

            Finished wrong = curl.run("alice:wrong", site.url("/"));
            Finished none = curl.run("", site.url("/"));
            for (Finished refused : List.of(wrong, none)) {
                assertThat(refused.output()).isEmpty();
                assertThat(refused.exitCode()).isNotZero();
            }
            assertThat(site.visits()).hasSize(1);
        }
    }

    private static String userAt(Target destination) {
        AccessLine served =
                proxy.awaitAccessLine(line ->
                        line.destination().equals(destination.authority())
                                && line.outcome().equals("completed"));
        return served.user();
    }

    @Test
    void javasOwnClientAnswersTheChallenge() throws Exception {
        try (Site site = Site.at(Family.IPV4, Map.of("/", Pages.of(PAGE), "/echo", Pages.ECHO));
                HttpClient client =
                        HttpClient.newBuilder()
                                .proxy(ProxySelector.of(proxy.http()))
                                .authenticator(new Bob())
                                .build()) {
            HttpResponse<byte[]> got =
                    client.send(request(site.url("/")).build(), BodyHandlers.ofByteArray());
            assertThat(got.statusCode()).isEqualTo(200);
            assertThat(got.body()).isEqualTo(PAGE);
            HttpRequest post =
                    request(site.url("/echo")).POST(BodyPublishers.ofByteArray(PAGE)).build();
            assertThat(client.send(post, BodyHandlers.ofByteArray()).body()).isEqualTo(PAGE);
            assertThat(userAt(site.target())).isEqualTo("bob");
        }
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url));
    }

    private static final class Bob extends Authenticator {
        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication("bob", Passwords.RIGHT.toCharArray());
        }
    }

    /** For tunnels the JDK has to be allowed to use Basic, by a property that is read once. */
    private static final String TUNNELLING =
            """
            import java.net.*;
            import java.net.http.*;
            import java.security.cert.X509Certificate;
            import javax.net.ssl.*;

            class Tunnelling {
                public static void main(String[] args) throws Exception {
                    SSLContext trusting = SSLContext.getInstance("TLS");
                    trusting.init(null, new TrustManager[] {new TrustingAll()}, null);
                    HttpClient client = HttpClient.newBuilder()
                            .sslContext(trusting)
                            .proxy(ProxySelector.of(new InetSocketAddress(
                                    args[0], Integer.parseInt(args[1]))))
                            .authenticator(new Authenticator() {
                                @Override
                                protected PasswordAuthentication getPasswordAuthentication() {
                                    return new PasswordAuthentication(
                                            args[2], args[3].toCharArray());
                                }
                            })
                            .build();
                    HttpRequest request = HttpRequest.newBuilder(URI.create(args[4])).build();
                    System.out.print(
                            client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
                    System.exit(0);
                }

                static class TrustingAll extends X509ExtendedTrustManager {
                    public void checkClientTrusted(X509Certificate[] c, String a) {}
                    public void checkServerTrusted(X509Certificate[] c, String a) {}
                    public void checkClientTrusted(X509Certificate[] c, String a, Socket s) {}
                    public void checkServerTrusted(X509Certificate[] c, String a, Socket s) {}
                    public void checkClientTrusted(X509Certificate[] c, String a, SSLEngine e) {}
                    public void checkServerTrusted(X509Certificate[] c, String a, SSLEngine e) {}
                    public X509Certificate[] getAcceptedIssuers() {
                        return new X509Certificate[0];
                    }
                }
            }
            """;

    @Test
    void javasOwnClientAnswersTheChallengeOfATunnel() throws Exception {
        Path program = Files.writeString(folder.resolve("Tunnelling.java"), TUNNELLING);
        try (WebServer web =
                WebServer.tls(
                        Family.IPV4, new Load(10, 1), Certificate.selfSigned(folder).context())) {
            List<String> command =
                    List.of(
                            Launch.javaTool("java"),
                            "-Djdk.http.auth.tunneling.disabledSchemes=",
                            program.toString(),
                            proxy.http().getAddress().getHostAddress(),
                            Integer.toString(proxy.http().getPort()),
                            "carol",
                            Passwords.RIGHT,
                            web.url("/load"));
            Finished java = Finished.of(new ProcessBuilder(command).start());
            assertThat(java.errors()).isEmpty();
            assertThat(java.output()).isEqualTo("200");
            String destination = web.target().authority();
            AccessLine tunnel =
                    proxy.awaitAccessLine(line ->
                            line.destination().equals(destination) && line.user().equals("carol"));
            assertThat(tunnel.inbound()).isEqualTo("connect");
        }
    }

    /** Takes the proxy, the token and the page; prints what comes of it. */
    private static final String FETCHING =
            """
            const { fetch, ProxyAgent } = require("undici");
            const [uri, token, url] = process.argv.slice(2);
            const dispatcher = new ProxyAgent(token ? { uri, token } : { uri });
            fetch(url, { dispatcher })
                .then(answer => answer.text())
                .then(text => console.log(text), error => console.log("refused"))
                .then(() => dispatcher.close());
            """;

    @Test
    void nodesProxyAgentGivesItsToken() throws Exception {
        try (Site site = Site.at(Family.IPV4, Map.of("/", Pages.of(PAGE)))) {
            String token = Passwords.field("alice", Passwords.RIGHT).split(": ", 2)[1].strip();
            assertThat(node(token, site.url("/"))).isEqualTo("a page for users\n");
            assertThat(userAt(site.target())).isEqualTo("alice");
            assertThat(node("", site.url("/"))).isEqualTo("refused\n");
        }
    }

    private static String node(String token, String url) throws Exception {
        Installed.nodeModule("undici");
        Path script = Files.writeString(folder.resolve("script.js"), FETCHING);
        ProcessBuilder builder =
                new ProcessBuilder(
                        Installed.program("node"),
                        script.toString(),
                        "http://" + Target.of(proxy.http()),
                        token,
                        url);
        builder.environment().put("NODE_PATH", Installed.NODE_MODULES);
        Finished finished = Finished.of(builder.start());
        assertThat(finished.errors()).isEmpty();
        return finished.output();
    }

    @Test
    void chromiumAsksItsUserOnce(@TempDir Path profile) throws Exception {
        byte[] page = "<script src=/script></script>".getBytes(ISO_8859_1);
        byte[] script = "fetch('/done')".getBytes(ISO_8859_1);
        try (Site site =
                        Site.at(
                                Family.NAME,
                                Map.of(
                                        "/",
                                        Pages.of(page, "Content-Type: text/html"),
                                        "/script",
                                        Pages.of(script, "Content-Type: text/javascript"),
                                        "/done",
                                        Pages.of(PAGE)));
                Chromium browser =
                        Chromium.withDevTools(
                                "about:blank", "http://" + Target.of(proxy.http()), profile);
                DevTools tools = new DevTools(browser)) {
            Prompts prompts = Prompts.answered(tools, "alice", Passwords.RIGHT);
            tools.visit(site.url("/"));
            // A page, its script, and what the script fetches.
            String authority = site.target().authority();
            proxy.awaitAccessLine(line ->
                    line.destination().equals(authority)
                            && line.outcome().equals("completed")
                            && line.down() == PAGE.length);
            assertThat(prompts.count()).as(browser.errors()).isEqualTo(1);
            assertThat(proxy.accessLines())
                    .filteredOn(line -> line.destination().equals(authority))
                    .filteredOn(line -> line.outcome().equals("completed"))
                    .allMatch(line -> line.user().equals("alice"))
                    .hasSizeGreaterThanOrEqualTo(3);
        }
    }
}
