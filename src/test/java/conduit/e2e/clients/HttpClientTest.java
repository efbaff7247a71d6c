package conduit.e2e.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Certificate;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.WebServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TrustAllStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Apache HttpClient, as Java programs use it: through either listener, http and https. */
class HttpClientTest {

    private static final Load LOAD = Load.ofMegabytes(5, 1);

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @TempDir private static Path directory;

    private static SSLContext certificate;

    @BeforeAll
    static void makeACertificate() throws Exception {
        certificate = Certificate.selfSigned(directory).context();
    }

    enum Via {
        HTTP_PROXY,
        SOCKS_PROXY
    }

    enum Scheme {
        HTTP,
        HTTPS
    }

    record Visit(Via via, Scheme scheme, Family family) {}

    static Stream<Visit> visits() {
        return Stream.of(Via.values())
                .flatMap(via ->
                        Stream.of(Scheme.values())
                                .flatMap(scheme ->
                                        Stream.of(Family.values())
                                                .map(family -> new Visit(via, scheme, family))));
    }

    @ParameterizedTest
    @MethodSource("visits")
    void downloadsAndUploadsOverOneClient(Visit visit) throws Exception {
        try (WebServer web = serverFor(visit);
                CloseableHttpClient client = clientFor(visit.via())) {
            HttpPost upload = new HttpPost(web.url("/echo"));
            upload.setEntity(
                    new ByteArrayEntity(LOAD.bytes(), ContentType.APPLICATION_OCTET_STREAM));
            expectLoad(client, new HttpGet(web.url("/load")));
            expectLoad(client, upload);
            expectLoad(client, new HttpGet(web.url("/load")));
        }
    }

    private static WebServer serverFor(Visit visit) throws IOException {
        return visit.scheme() == Scheme.HTTP
                ? WebServer.plain(visit.family(), LOAD)
                : WebServer.tls(visit.family(), LOAD, certificate);
    }

    private static CloseableHttpClient clientFor(Via via) throws Exception {
        SSLContext trusting =
                SSLContexts.custom().loadTrustMaterial(TrustAllStrategy.INSTANCE).build();
        SocketConfig.Builder sockets = SocketConfig.custom().setSoTimeout(Timeout.ofSeconds(20));
        HttpClientBuilder client = HttpClients.custom();
        switch (via) {
            case HTTP_PROXY ->
                    client.setProxy(
                            new HttpHost(
                                    proxy.http().getAddress().getHostAddress(),
                                    proxy.http().getPort()));
            case SOCKS_PROXY -> sockets.setSocksProxyAddress(proxy.socks5());
        }
        return client.setConnectionManager(
                        PoolingHttpClientConnectionManagerBuilder.create()
                                .setDefaultSocketConfig(sockets.build())
                                .setTlsSocketStrategy(
                                        new DefaultClientTlsStrategy(
                                                trusting, NoopHostnameVerifier.INSTANCE))
                                .build())
                .disableAutomaticRetries()
                .build();
    }

    private static void expectLoad(CloseableHttpClient client, ClassicHttpRequest request)
            throws Exception {
        String body =
                client.execute(
                        request,
                        response -> {
                            assertThat(response.getCode()).isEqualTo(200);
                            return new String(
                                    EntityUtils.toByteArray(response.getEntity()), ISO_8859_1);
                        });
        assertThat(body.equals(WebServer.text(LOAD)))
                .as("the body, %d bytes, is what was sent", body.length())
                .isTrue();
    }
}
