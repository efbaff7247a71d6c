package conduit.e2e.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Certificate;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.WebServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK's own client with a ProxySelector, as Java programs use it that have no library. */
class JavaHttpClientTest {

    private static final Load LOAD = Load.ofMegabytes(2, 1);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @TempDir private static Path directory;

    private final HttpClient client = client();

    private static HttpClient client() {
        try {
            SSLContext trusting = SSLContext.getInstance("TLS");
            trusting.init(null, new TrustManager[] {new TrustingAll()}, null);
            return HttpClient.newBuilder()
                    .proxy(ProxySelector.of(proxy.http()))
                    .sslContext(trusting)
                    .connectTimeout(PATIENCE)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has TLS", e);
        }
    }

    /** Closing it would wait for whatever the other side leaves open. */
    @AfterEach
    void stop() {
        client.shutdownNow();
    }

    @Test
    void downloadsAndUploadsOverHttp() throws Exception {
        try (WebServer web = WebServer.plain(Family.NAME, LOAD)) {
            expectLoad(request(web.url("/load")).build());
            expectLoad(
                    request(web.url("/echo"))
                            .POST(BodyPublishers.ofByteArray(LOAD.bytes()))
                            .build());
            String destination = web.target().authority();
            assertThat(
                            proxy.awaitAccessLine(line -> line.destination().equals(destination))
                                    .inbound())
                    .isEqualTo("forward");
        }
    }

    @Test
    void downloadsAndUploadsOverHttps() throws Exception {
        try (WebServer web =
                WebServer.tls(Family.NAME, LOAD, Certificate.selfSigned(directory).context())) {
            expectLoad(request(web.url("/load")).build());
            expectLoad(request(web.url("/echo")).POST(chunks()).build());
            client.shutdownNow();
            String destination = web.target().authority();
            assertThat(
                            proxy.awaitAccessLine(line -> line.destination().equals(destination))
                                    .inbound())
                    .isEqualTo("connect");
        }
    }

    @Test
    void uploadsInChunksOnceTheOriginContinues() throws Exception {
        try (Site site = Site.at(Family.IPV4, Map.of("/", Pages.continuing(Pages.ECHO)))) {
            expectLoad(request(site.url("/")).expectContinue(true).POST(chunks()).build());
            assertThat(site.visits().getFirst().request().values("Expect"))
                    .containsExactly("100-Continue");
        }
    }

    @Test
    void sendsManyRequestsAtOnceOverFewConnections() throws Exception {
        byte[] page = "page".repeat(5000).getBytes(ISO_8859_1);
        try (Site site = Site.at(Family.IPV4, Map.of("/", Pages.inChunks(page)))) {
            for (int round = 0; round < 10; round++) {
                List<CompletableFuture<HttpResponse<byte[]>>> answers =
                        Stream.generate(() ->
                                        client.sendAsync(
                                                request(site.url("/")).build(),
                                                BodyHandlers.ofByteArray()))
                                .limit(20)
                                .toList();
                for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
                    assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body())
                            .isEqualTo(page);
                }
            }
            assertThat(site.visits()).hasSize(200);
            assertThat(Site.connectionsOf(site.visits()))
                    .as("connections to the origin")
                    .isLessThan(100);
        }
    }

    @Test
    void opensAWebSocket() throws Exception {
        try (Site site = Site.at(Family.IPV4, Map.of("/socket", new WebSocketEcho()))) {
            CompletableFuture<String> said = new CompletableFuture<>();
            WebSocket socket =
                    client.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create("ws://" + site.target() + "/socket"), listener(said))
                            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            socket.sendText("hello", true);
            assertThat(said.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("hello");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
            String destination = site.target().authority();
            assertThat(
                            proxy.awaitAccessLine(line -> line.destination().equals(destination))
                                    .inbound())
                    .isEqualTo("connect");
        }
    }

    private static WebSocket.Listener listener(CompletableFuture<String> said) {
        return new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                said.complete(data.toString());
                socket.request(1); // or it never hears that the other side closes
                return said;
            }
        };
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
    }

    private static HttpRequest.BodyPublisher chunks() throws IOException {
        byte[] bytes = LOAD.bytes();
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
    }

    private void expectLoad(HttpRequest request) throws Exception {
        HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Load.Seen.in(answer.body())).isEqualTo(LOAD.seen());
    }

    /** The site's certificate is made for the test. An extended one also answers for the name. */
    private static final class TrustingAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
