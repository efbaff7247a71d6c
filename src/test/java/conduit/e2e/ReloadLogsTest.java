package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Refusals;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where and how lines are logged by the configuration that a reload brings. */
class ReloadLogsTest {

    private static final String BOTH =
            """
            http-listen = "127.0.0.1:0"
            socks5-listen = "127.0.0.1:0"
            """;

    @TempDir private Path folder;

    private Path text() {
        return folder.resolve("access.log");
    }

    private Path json() {
        return folder.resolve("access.json");
    }

    private static String to(Path file, String format) {
        return BOTH + "access-log = '%s'\nlog-format = '%s'\n".formatted(file, format);
    }

    /** In the place of what was there, at once. */
    private Path file(String toml) throws IOException {
        Path fresh = Files.writeString(folder.resolve("fresh"), toml);
        return Files.move(
                fresh, folder.resolve("conduit.toml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private TestProxy start(String toml) throws IOException {
        TestProxy proxy = Launch.withOnly("--config=" + file(toml)).start();
        proxy.awaitLog("listening: ", 2);
        return proxy;
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    @Test
    void losesNoLineWhileItMovesToAnotherFileAndForm() throws Exception {
        Target closed = Target.closed(Family.IPV4);
        AtomicBoolean done = new AtomicBoolean();
        try (TestProxy proxy = start(to(text(), "text"))) {
            List<Background<Integer>> clients =
                    Stream.generate(() -> Background.of(() -> Refusals.until(done, proxy, closed)))
                            .limit(3)
                            .toList();
            for (int round = 0; round < 10; round++) {
                Path next = round % 2 == 0 ? json() : text();
                long before = size(next);
                file(to(next, round % 2 == 0 ? "json" : "text"));
                assertThat(proxy.reload()).contains("reloaded: access-log, log-format");
                await(() -> size(next) > before + 1_000);
            }
            done.set(true);
            int asked = 0;
            for (Background<Integer> client : clients) {
                asked += client.result();
            }
            assertThat(proxy.terminate()).isZero();
            List<String> lines = Files.readAllLines(text());
            List<String> objects = Files.readAllLines(json());
            assertThat(lines).allMatch(line -> AccessLine.parse(line).isPresent());
            assertThat(objects)
                    .extracting(line -> JsonParser.parseString(line).getAsJsonObject())
                    .allMatch(object -> object.has("refusal"));
            assertThat(lines.size() + objects.size()).isEqualTo(asked);
            assertThat(proxy.accessLines()).isEmpty();
        }
    }

    @Test
    void goesOnInTheSameFileInAnotherForm() throws Exception {
        Target closed = Target.closed(Family.IPV4);
        try (TestProxy proxy = start(to(text(), "text"))) {
            Refusals.one(proxy, closed);
            await(() -> size(text()) > 0);
            file(to(text(), "json"));
            assertThat(proxy.reload()).contains("\"message\":\"reloaded: log-format\"");
            Refusals.one(proxy, closed);
            await(() -> Files.readAllLines(text()).size() == 2);
            List<String> lines = Files.readAllLines(text());
            assertThat(AccessLine.parse(lines.getFirst())).isPresent();
            JsonObject last = JsonParser.parseString(lines.getLast()).getAsJsonObject();
            assertThat(last.get("destination").getAsString()).isEqualTo(closed.authority());
        }
    }

    @Test
    void leavesItsFileForStandardErrorAndNowhere() throws Exception {
        Target closed = Target.closed(Family.IPV4);
        try (TestProxy proxy = start(to(text(), "text"))) {
            file(BOTH);
            assertThat(proxy.reload()).endsWith("reloaded: access-log");
            Refusals.one(proxy, closed);
            proxy.awaitAccessLine(line -> line.destination().equals(closed.authority()));
            file(BOTH + "access-log = 'off'\n");
            proxy.reload();
            Refusals.one(proxy, closed);
            assertThat(proxy.terminate()).isZero();
            assertThat(proxy.accessLines()).hasSize(1);
            assertThat(text()).isEmptyFile();
        }
    }

    @Test
    void keepsEverythingWhereTheFileCannotBeHad() throws Exception {
        Target free = Target.closed(Family.IPV4);
        Path nowhere = folder.resolve("none").resolve("access.log");
        try (TestProxy proxy = start(to(text(), "text"));
                Origin origin = Origin.listen()) {
            int descriptors = proxy.descriptorsAtRest();
            file(
                    to(nowhere, "json").replace("socks5", "#")
                            + "socks5-listen = '%s'\ndefault = 'deny'\n".formatted(free));
            assertThat(proxy.reload())
                    .endsWith(
                            "not reloaded, all stays as it was: --access-log: cannot write to "
                                    + nowhere
                                    + ": there is no such directory");
            Peer.expectNobodyAt(free.address());
            Peer client = Wiring.SOCKS5.open(proxy, origin.target());
            client.close();
            origin.accept().close();
            await(() -> Files.readAllLines(text()).size() == 1);
            assertThat(AccessLine.parse(Files.readString(text()))).isPresent();
            proxy.awaitDescriptors(descriptors);
        }
    }
}
