package conduit.e2e.admin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import conduit.e2e.browser.Chromium;
import conduit.e2e.browser.DevTools;
import conduit.e2e.kit.Blackhole;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of the admin listener in a browser. With {@code -Dscreenshots=docs/images} what it looks
 * like goes there.
 */
class PageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOKEN = "only-for-this-test";
    private static final String NOT_PROXIED = "direct://";

    /** Where they go, if they are wanted; then there is also more to see on them. */
    private static final @Nullable String PICTURES = System.getProperty("screenshots");

    @TempDir private static Path folder;
    @TempDir private Path profile;

    @AutoClose private static final TestProxy proxy = TestProxy.with("--admin-listen=127.0.0.1:0");

    @AutoClose private Chromium browser;
    @AutoClose private DevTools tools;
    private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void open() throws Exception {
        browser = Chromium.withDevTools("about:blank", NOT_PROXIED, profile);
        tools = new DevTools(browser);
        tools.on("Runtime.exceptionThrown", event -> complaints.add(event.toString()));
        tools.on("Log.entryAdded", event -> complaints.add(event.toString()));
        tools.ask("Runtime.enable", new JsonObject());
        tools.ask("Log.enable", new JsonObject());
    }

    @Test
    void tunnelsAppearMoveAndDisappear() throws IOException {
        visit(proxy);
        awaitText("readiness", "ready");
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            String authority = "127.0.0.1:" + client.address().getPort();
            awaitPage(row(authority) + "?.cells[1].textContent", origin.target().authority());
            awaitPage(row(authority) + "?.cells[7].textContent", "0 B");
            remote.write("x".repeat(2048));
            client.readText(2048);
            awaitPage(row(authority) + "?.cells[7].textContent", "2.0 KiB");
            client.finish();
            remote.finish();
            client.expectEnd();
            awaitPage(row(authority) + " === undefined", true);
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void endsOneThatIsAskedToBeEnded() throws IOException {
        visit(proxy);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            String row = row("127.0.0.1:" + client.address().getPort());
            awaitPage(row + " !== undefined", true);
            tools.evaluate(row + ".querySelector('button').click()");
            awaitPage("document.getElementById('why').textContent !== ''", true);
            click("end");
            awaitText("end", "Yes, end it");
            click("end");
            awaitText("one-news", "It was ended.");
            client.expectEnd();
            remote.expectEnd();
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("ended-by-operator");
            awaitPage(row + " === undefined", true);
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void saysWhomASlowOneWaitsFor() throws IOException {
        visit(proxy);
        try (Blackhole hole = Blackhole.open();
                Origin origin = Origin.listen();
                Peer waiting = Peer.to(proxy.socks5());
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            waiting.write(Wiring.SOCKS5.request(hole.target()));
            assertThat(why(waiting)).isEqualTo("The remote has not taken the connection yet.");
            Peer remote = origin.accept();
            Thread.ofVirtual().start(() -> fill(remote));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(why(client)).contains("The client takes less"));
        }
    }

    private static void fill(Peer remote) {
        try {
            String megabyte = "x".repeat(1 << 20);
            for (int i = 0; i < 50_000; i++) {
                remote.write(megabyte);
            }
        } catch (IOException closed) {
            // The client has left, and with it the reason to write.
        }
    }

    private static void drain(Peer client) {
        try {
            client.in().transferTo(OutputStream.nullOutputStream());
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private String why(Peer client) {
        String row = row("127.0.0.1:" + client.address().getPort());
        awaitPage(row + " !== undefined", true);
        tools.evaluate("document.getElementById('one').close()");
        tools.evaluate(row + ".querySelector('button').click()");
        awaitPage("document.getElementById('why').textContent !== ''", true);
        return tools.evaluate("document.getElementById('why').textContent").getAsString();
    }

    @Test
    void showsNothingWithoutTheToken() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), TOKEN);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (TestProxy guarded =
                TestProxy.with("--admin-listen=127.0.0.1:0", "--admin-token-file=" + file)) {
            visit(guarded);
            awaitPage("document.getElementById('token-form').hidden", false);
            assertThat(tools.evaluate("document.querySelectorAll('#tunnels td').length").getAsInt())
                    .isZero();
            tools.evaluate("document.getElementById('token').value = '%s'".formatted(TOKEN));
            tools.evaluate("document.getElementById('token-form').requestSubmit()");
            awaitPage("document.getElementById('token-form').hidden", true);
            awaitPage("document.querySelector('#tunnels td').textContent", "Nothing.");
        }
    }

    /** What is wider than a phone makes everything small there, or has to be moved about. */
    @Test
    void fitsADesktopAndAPhone() throws IOException {
        List<Peer> peers = new ArrayList<>();
        try (Origin origin = Origin.listen()) {
            for (int i = 0; i < 12; i++) {
                Wiring wiring = i % 3 == 0 ? Wiring.SOCKS5 : Wiring.CONNECT;
                peers.add(wiring.open(proxy, origin.target()));
                Peer remote = origin.accept();
                peers.add(remote);
                remote.write("x".repeat(1000 << i));
                peers.get(peers.size() - 2).readText(1000 << i);
            }
            if (PICTURES != null) {
                Peer reader = peers.get(peers.size() - 2);
                Thread.ofVirtual().start(() -> fill(peers.getLast()));
                Thread.ofVirtual().start(() -> drain(reader));
            }
            refuseSome();
            visit(proxy);
            awaitPage("document.querySelectorAll('#tunnels tbody tr').length", 12);
            awaitPage("document.querySelectorAll('#refusals .number').length > 0", true);
            // So that there are lines to see.
            awaitPage(
                    "document.querySelector('polyline').getAttribute('points')?.split(' ').length"
                            + " >= "
                            + (PICTURES == null ? 2 : 12),
                    true);
            look(1280, 900, "page-desktop");
            look(390, 844, "page-phone");
        } finally {
            for (Peer peer : peers) {
                peer.close();
            }
        }
        assertThat(complaints).isEmpty();
    }

    private static void refuseSome() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (Peer client = Peer.to(proxy.http())) {
                client.write("CONNECT nowhere.invalid:443 HTTP/1.1\r\nHost: nowhere\r\n\r\n");
                client.readText(12);
            }
        }
    }

    private void look(int width, int height, String name) throws IOException {
        JsonObject screen = new JsonObject();
        screen.addProperty("width", width);
        screen.addProperty("height", height);
        screen.addProperty("deviceScaleFactor", 1);
        screen.addProperty("mobile", width < 500);
        tools.ask("Emulation.setDeviceMetricsOverride", screen);
        assertThat(tools.evaluate("document.documentElement.scrollWidth").getAsInt())
                .as("width of the page on a screen of %d", width)
                .isLessThanOrEqualTo(width);
        String png =
                tools.ask("Page.captureScreenshot", new JsonObject()).get("data").getAsString();
        byte[] picture = Base64.getDecoder().decode(png.getBytes(US_ASCII));
        assertThat(picture.length).as("bytes of %s", name).isGreaterThan(10_000);
        if (PICTURES != null) {
            Files.write(Files.createDirectories(Path.of(PICTURES)).resolve(name + ".png"), picture);
        }
    }

    private void visit(TestProxy of) {
        tools.visit("http://" + Admin.of(of).authority() + "/");
        awaitPage("document.querySelectorAll('.tile').length > 0", true);
    }

    /** The row of a client, in JavaScript. */
    private static String row(String client) {
        return "[...document.querySelectorAll('#tunnels tbody tr')]"
                + ".find(row => row.cells[0].textContent === '%s')".formatted(client);
    }

    private void click(String id) {
        tools.evaluate("document.getElementById('%s').click()".formatted(id));
    }

    private void awaitText(String id, String expected) {
        awaitPage("document.getElementById('%s').textContent".formatted(id), expected);
    }

    private void awaitPage(String expression, Object expected) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() ->
                        assertThat(tools.evaluate(expression).toString())
                                .as(expression)
                                .isEqualTo(json(expected)));
    }

    private static String json(Object value) {
        return value instanceof String text ? '"' + text + '"' : value.toString();
    }
}
