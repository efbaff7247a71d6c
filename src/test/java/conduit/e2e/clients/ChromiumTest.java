package conduit.e2e.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.browser.Chromium;
import conduit.e2e.clients.Site.Visit;
import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A browser visits a page of a hundred scripts, whose bytes it checks itself (Subresource
 * Integrity), and when all are there a WebSocket; the page then reports to its site.
 */
class ChromiumTest {

    private static final int OBJECTS = 100;

    /** One of them is larger than all buffers on its way. */
    private static final int LARGEST = 1 << 20;

    private static final long LONGEST_VISIT_SECONDS = 60;

    private static final String ALL_WELL = "arrived 100, failed [], WebSocket said hello";

    private final BlockingQueue<String> reports = new ArrayBlockingQueue<>(2);

    @TempDir private Path folder;

    @Test
    void showsAPageThroughTheHttpListener() throws Exception {
        try (TestProxy proxy = knowingNoOtherNames();
                Site site = Site.at(Family.NAME, pages())) {
            visit(site, "http://" + Target.of(proxy.http()));
            List<Visit> requests =
                    site.visits().stream()
                            .filter(visit -> !visit.target().equals("/socket"))
                            .toList();
            assertThat(requests).hasSizeGreaterThan(OBJECTS);
            assertThat(Site.connectionsOf(requests))
                    .as("connections that carried %d requests", requests.size())
                    .isLessThan(OBJECTS / 4);
            AccessLine socket =
                    proxy.awaitAccessLine(line ->
                            line.inbound().equals("connect")
                                    && line.destination().equals(site.target().authority()));
            assertThat(socket.down()).as("bytes of the WebSocket in %s", socket).isPositive();
            assertThat(proxy.awaitAccessLines(requests.size(), line -> isForwarded(line, site)))
                    .hasSameSizeAs(requests);
        }
    }

    /** So that nothing leaves this machine, whatever the browser would like to ask its maker. */
    private static TestProxy knowingNoOtherNames() throws IOException {
        return TestProxy.with("--dns-server=" + Target.closed(Family.IPV4));
    }

    private static boolean isForwarded(AccessLine line, Site site) {
        return line.inbound().equals("forward")
                && line.destination().equals(site.target().authority())
                && line.outcome().equals("completed");
    }

    @Test
    void showsAPageThroughTheSocksListener() throws Exception {
        try (TestProxy proxy = knowingNoOtherNames();
                Site site = Site.at(Family.NAME, pages())) {
            visit(site, "socks5://" + Target.of(proxy.socks5()));
            long connections = Site.connectionsOf(site.visits());
            assertThat(connections).isLessThan(OBJECTS / 4);
            List<AccessLine> tunnels =
                    proxy.awaitAccessLines(
                            connections,
                            line ->
                                    line.inbound().equals("socks5")
                                            && line.destination()
                                                    .equals(site.target().authority()));
            assertThat(tunnels.stream().mapToLong(AccessLine::down).sum()).isGreaterThan(LARGEST);
        }
    }

    private void visit(Site site, String proxy) throws Exception {
        try (Chromium browser = Chromium.show(site.url("/"), proxy, folder)) {
            String report = reports.poll(LONGEST_VISIT_SECONDS, TimeUnit.SECONDS);
            assertThat(report).as(browser.errors()).isEqualTo(ALL_WELL);
        }
    }

    private Map<String, Site.Page> pages() {
        Map<String, Site.Page> pages = new HashMap<>();
        StringBuilder scripts = new StringBuilder();
        for (int i = 0; i < OBJECTS; i++) {
            byte[] script = script(i);
            pages.put(
                    "/" + i,
                    i % 2 == 0
                            ? Pages.of(script, "Content-Type: text/javascript")
                            : Pages.inChunks(script));
            scripts.append(
                    "<script src=/%d integrity=sha256-%s onerror=failed.push(%1$d)></script>\n"
                            .formatted(i, sha256(script)));
        }
        String page = PAGE.replace("SCRIPTS", scripts);
        pages.put("/", Pages.of(page.getBytes(ISO_8859_1), "Content-Type: text/html"));
        pages.put("/socket", new WebSocketEcho());
        pages.put("/favicon.ico", Pages.without("204 No Content"));
        pages.put(
                "/report",
                visit -> {
                    reports.add(new String(visit.body(), ISO_8859_1));
                    visit.peer().write("HTTP/1.1 204 No Content\r\n\r\n");
                });
        return pages;
    }

    private static final String PAGE =
            """
            <!doctype html>
            <title>a hundred scripts</title>
            <script>
                let arrived = 0;
                const failed = [];
                onload = () => {
                    const socket = new WebSocket("ws://" + location.host + "/socket");
                    socket.onopen = () => socket.send("hello");
                    socket.onerror = () => report("failed");
                    socket.onmessage = message => report("said " + message.data);
                };
                function report(socket) {
                    const body = `arrived ${arrived}, failed [${failed}], WebSocket ${socket}`;
                    fetch("/report", { method: "POST", body });
                }
            </script>
            SCRIPTS
            """;

    private static byte[] script(int number) {
        int length = number == OBJECTS / 2 ? LARGEST : 100 + 397 * number;
        String code = "arrived++; // " + number + " ";
        return (code + "x".repeat(length)).getBytes(ISO_8859_1);
    }

    private static String sha256(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
