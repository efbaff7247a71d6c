package conduit.e2e.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.clients.Site.Visit;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What curl can ask of an origin, when its requests are forwarded. */
class CurlForwardingTest {

    private static final String TEXT = "0123456789".repeat(1000);

    private static final Load LOAD = Load.ofMegabytes(2, 1);

    @AutoClose private static final TestProxy proxy = TestProxy.with("--threads=1");

    @TempDir private static Path directory;

    private static Path upload;

    @AutoClose private Site site;

    @BeforeAll
    static void prepare() throws IOException {
        Installed.program("curl");
        upload = Files.write(directory.resolve("upload"), LOAD.bytes());
    }

    @BeforeEach
    void openTheSite() throws IOException {
        site =
                Site.at(
                        Family.IPV4,
                        Map.ofEntries(
                                Map.entry("/text", Pages.of(TEXT.getBytes(ISO_8859_1))),
                                Map.entry("/chunks", Pages.inChunks(TEXT.getBytes(ISO_8859_1))),
                                Map.entry("/echo", Pages.ECHO),
                                Map.entry("/continue", Pages.continuing(Pages.ECHO)),
                                Map.entry("/full", Pages.refusing("507 Insufficient Storage")),
                                Map.entry("/gzip", compressed()),
                                Map.entry("/part", part()),
                                Map.entry("/old", Pages.without("304 Not Modified")),
                                Map.entry(
                                        "/moved",
                                        Pages.with("302 Found", "there\n", "Location: /text"))));
    }

    private static Site.Page compressed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(TEXT.getBytes(ISO_8859_1));
        }
        return Pages.of(bytes.toByteArray(), "Content-Encoding: gzip");
    }

    private static Site.Page part() {
        return Pages.with(
                "206 Partial Content",
                TEXT.substring(100, 200),
                "Content-Range: bytes 100-199/" + TEXT.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/text", "/chunks"})
    void speaksHttp10(String path) throws Exception {
        String[] answer = curl("--http1.0", "-i", site.url(path)).split("\r\n\r\n", 2);
        assertThat(answer[0]).as("the head").doesNotContainIgnoringCase("transfer-encoding");
        assertThat(answer[1]).isEqualTo(TEXT);
    }

    @Test
    void waitsForTheOriginToContinue() throws Exception {
        Finished curl = run(List.of("-v", "-T", upload.toString(), site.url("/continue")));
        assertThat(curl.errors()).contains("> Expect: 100-continue");
        assertThat(curl.errors()).contains("< HTTP/1.1 100 Continue");
        assertThat(curl.output().equals(new String(LOAD.bytes(), ISO_8859_1)))
                .as("the body, %d bytes, is what was sent", curl.output().length())
                .isTrue();
    }

    @Test
    void sendsNoBodyThatTheOriginDoesNotWant() throws Exception {
        String seen =
                curl(
                        "-T",
                        upload.toString(),
                        "--expect100-timeout",
                        "40",
                        "-w",
                        "%{http_code} after %{size_upload}",
                        site.url("/full"));
        assertThat(seen).isEqualTo("507 after 0");
    }

    @Test
    void getsTheCodingItAskedFor() throws Exception {
        assertThat(curl("--compressed", site.url("/gzip"))).isEqualTo(TEXT);
        assertThat(only(site).request().values("Accept-Encoding").getFirst()).contains("gzip");
    }

    @Test
    void getsAPart() throws Exception {
        String answer = curl("-i", "--range", "100-199", site.url("/part"));
        assertThat(answer).startsWith("HTTP/1.1 206 ").contains("bytes 100-199/10000");
        assertThat(answer).endsWith(TEXT.substring(100, 200));
        assertThat(only(site).request().values("Range")).containsExactly("bytes=100-199");
    }

    @Test
    void asksForTheHeadOnly() throws Exception {
        String heads =
                curl("-I", "-w", "[%{num_connects}]", site.url("/text"), site.url("/text"))
                        .toLowerCase(Locale.ROOT);
        assertThat(heads)
                .containsSubsequence(
                        "content-length: 10000", "[1]", "content-length: 10000", "[0]");
        assertThat(site.visits()).extracting(Visit::method).containsExactly("HEAD", "HEAD");
    }

    @Test
    void asksWhetherAPageIsNewer() throws Exception {
        String seen = curl("-z", "1 Jan 2026", "-w", "%{http_code}", site.url("/old"));
        assertThat(seen).isEqualTo("304");
        assertThat(only(site).request().has("If-Modified-Since")).isTrue();
    }

    @Test
    void followsARedirectOnTheSameConnection() throws Exception {
        String seen = curl("-L", "-w", "[%{num_connects}]", site.url("/moved"));
        assertThat(seen).isEqualTo(TEXT + "[1]");
    }

    @Test
    void mixesRequestsOnOneConnection() throws Exception {
        List<List<String>> requests =
                List.of(
                        List.of(site.url("/text")),
                        List.of("-I", site.url("/text")),
                        List.of("-T", upload.toString(), site.url("/continue")),
                        List.of("-X", "DELETE", site.url("/none")),
                        List.of("-d", "a=b", site.url("/echo")));
        List<String> options = new ArrayList<>();
        for (List<String> request : requests) {
            // Behind each --next everything is said anew.
            options.addAll(
                    options.isEmpty() ? List.of() : List.of("--next", "-sS", "-x", proxyUrl()));
            options.addAll(List.of("-w", "%{http_code}/%{num_connects} ", "-o", "/dev/null"));
            options.addAll(request);
        }
        assertThat(curl(options)).isEqualTo("200/1 200/0 200/0 404/0 200/0 ");
        assertThat(Site.connectionsOf(site.visits())).as("connections to the origin").isEqualTo(1);
    }

    @Test
    void asksForManyPagesAtOnce() throws Exception {
        List<String> options = new ArrayList<>(List.of("-Z", "--parallel-max", "8"));
        options.addAll(Collections.nCopies(100, site.url("/chunks")));
        assertThat(curl(options)).hasSize(100 * TEXT.length());
        assertThat(site.visits()).hasSize(100);
        assertThat(Site.connectionsOf(site.visits()))
                .as("connections to the origin")
                .isLessThanOrEqualTo(8);
    }

    @Test
    void tellsTheProxyAloneWhatIsMeantForIt() throws Exception {
        List<String> options = new ArrayList<>(List.of("--proxytunnel", site.url("/text")));
        options.addAll(List.of("--proxy-header", "X-For: proxy", "-H", "X-For: origin"));
        assertThat(curl(options)).isEqualTo(TEXT);
        assertThat(only(site).request().values("X-For")).containsExactly("origin");
    }

    @Test
    void connectsWithHttp10() throws Exception {
        String authority = Target.of(proxy.http()).authority();
        assertThat(curl("--proxytunnel", "--proxy1.0", authority, site.url("/text")))
                .isEqualTo(TEXT);
    }

    @Test
    void saysGoodbyeWithItsRequest() throws Exception {
        String seen =
                curl(
                        "-H",
                        "Connection: close",
                        "-w",
                        "[%{num_connects}]",
                        site.url("/text"),
                        site.url("/text"));
        assertThat(seen).isEqualTo((TEXT + "[1]").repeat(2));
    }

    private static Visit only(Site site) {
        assertThat(site.visits()).hasSize(1);
        return site.visits().getFirst();
    }

    private static String proxyUrl() {
        return "http://" + Target.of(proxy.http());
    }

    private static String curl(String... options) throws IOException, InterruptedException {
        return curl(List.of(options));
    }

    /** What it writes to standard output, all being well. */
    private static String curl(List<String> options) throws IOException, InterruptedException {
        Finished curl = run(options);
        assertThat(curl.exitCode()).as("%s", curl.errors()).isEqualTo(0);
        return curl.output();
    }

    private static Finished run(List<String> options) throws IOException, InterruptedException {
        // The environment or a .curlrc must not decide what is tested.
        List<String> command =
                new ArrayList<>(List.of("curl", "-q", "-sS", "--noproxy", "", "--max-time", "50"));
        command.addAll(List.of("-x", proxyUrl()));
        command.addAll(options);
        return Finished.of(new ProcessBuilder(command).start());
    }
}
