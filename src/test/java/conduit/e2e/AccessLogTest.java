package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Message;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where access lines go, in which form, and what happens when they cannot get there. */
class AccessLogTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String TRACEPARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";

    @TempDir private Path directory;

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }

    private static JsonObject lineOf(Path file, Peer client) {
        String address = Target.of(client.address()).authority();
        List<JsonObject> found = new ArrayList<>();
        await(() -> {
            Files.readAllLines(file).stream()
                    .map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .filter(line -> line.get("client").getAsString().equals(address))
                    .forEach(found::add);
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    @Test
    void writesObjectsIntoAFileAndMessagesToStandardError() throws IOException {
        Path file = directory.resolve("access.log");
        try (TestProxy proxy = TestProxy.with("--access-log=" + file, "--log-format=json");
                Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            try (Peer remote = origin.accept()) {
                remote.write("hello");
                assertThat(client.readText(5)).isEqualTo("hello");
            }
            client.finish();
            client.readToClose();
            JsonObject line = lineOf(file, client);
            assertThat(line.get("inbound").getAsString()).isEqualTo("connect");
            assertThat(line.get("method").getAsString()).isEqualTo("CONNECT");
            assertThat(line.get("upstream").getAsString()).isEqualTo("direct");
            assertThat(line.get("down").getAsLong()).isEqualTo(5);
            assertThat(line.keySet())
                    .contains("id", "connect", "setup", "first_byte", "duration")
                    .doesNotContain("lookup", "handshake", "trace", "user");
            assertThat(proxy.accessLines()).isEmpty();
            assertThat(proxy.log())
                    .allSatisfy(message ->
                            assertThat(JsonParser.parseString(message).getAsJsonObject().keySet())
                                    .containsExactly("time", "level", "logger", "message"));
        }
    }

    @Test
    void writesToStandardOutputOrNowhere() throws Exception {
        Path output = directory.resolve("output");
        try (TestProxy proxy =
                        Launch.withBothListeners("--access-log=stdout")
                                .under("sh", "-c", "exec \"$@\" >" + output, "sh")
                                .start();
                TestProxy silent = TestProxy.with("--access-log=off")) {
            Target closed = Target.closed(Family.IPV4);
            Refusals.one(proxy, closed);
            await(() -> Files.readString(output).endsWith("\n"));
            assertThat(AccessLine.parse(Files.readString(output)).orElseThrow().destination())
                    .isEqualTo(closed.authority());
            assertThat(proxy.accessLines()).isEmpty();
            Refusals.one(silent, closed);
            assertThat(silent.terminate()).isZero();
            assertThat(silent.accessLines()).isEmpty();
        }
    }

    @Test
    void losesNoLineWhileItsFileIsRotated() throws Exception {
        Path file = directory.resolve("access.log");
        List<Path> all = new ArrayList<>(List.of(file));
        int rounds = 10;
        AtomicBoolean done = new AtomicBoolean();
        try (TestProxy proxy = TestProxy.with("--access-log=" + file)) {
            Target closed = Target.closed(Family.IPV4);
            List<Background<Integer>> clients =
                    Stream.generate(() -> Background.of(() -> Refusals.until(done, proxy, closed)))
                            .limit(3)
                            .toList();
            for (int round = 0; round < rounds; round++) {
                await(() -> Files.exists(file) && Files.size(file) > 1_000);
                Path old = directory.resolve("access.log." + round);
                Files.move(file, old, StandardCopyOption.ATOMIC_MOVE);
                all.add(old);
                proxy.reopenLogs();
            }
            done.set(true);
            int asked = 0;
            for (Background<Integer> client : clients) {
                asked += client.result();
            }
            assertThat(proxy.terminate()).isZero();
            List<String> lines = new ArrayList<>();
            for (Path written : all) {
                if (Files.exists(written)) {
                    assertThat(Files.readString(written)).matches("(?s)|.*\n");
                    lines.addAll(Files.readAllLines(written));
                }
            }
            assertThat(lines).hasSize(asked).doesNotHaveDuplicates();
            assertThat(lines).allMatch(line -> AccessLine.parse(line).isPresent());
        }
    }

    @Test
    void staysInItsFileWhenTheDirectoryHasVanished() throws Exception {
        Path logs = Files.createDirectory(directory.resolve("logs"));
        Path elsewhere = directory.resolve("elsewhere");
        Target closed = Target.closed(Family.IPV4);
        try (TestProxy proxy = TestProxy.with("--access-log=" + logs.resolve("access.log"))) {
            Files.move(logs, elsewhere);
            proxy.reopenLogs();
            await(() ->
                    proxy.log().stream()
                            .anyMatch(line ->
                                    line.endsWith(
                                            "cannot be opened anew, going on with the old file:"
                                                    + " there is no such directory")));
            Refusals.one(proxy, closed);
            await(() -> Files.size(elsewhere.resolve("access.log")) > 0);
        }
    }

    @Test
    void servesOnWhenTheDiskIsFull() throws IOException {
        Target closed = Target.closed(Family.IPV4);
        try (TestProxy proxy = TestProxy.with("--access-log=/dev/full")) {
            Refusals.one(proxy, closed);
            await(() ->
                    proxy.log().stream()
                            .anyMatch(line ->
                                    line.endsWith(
                                            "ERROR access /dev/full: cannot write, lines are lost:"
                                                    + " No space left on device")));
            Refusals.one(proxy, closed);
        }
    }

    @Test
    void servesOnWhenNobodyReadsAPipe() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Target closed = Target.closed(Family.IPV4);
        try (TestProxy proxy = TestProxy.with("--access-log=" + pipe)) {
            assertThat(proxy.log())
                    .anyMatch(line -> line.endsWith("; a pipe opens when somebody reads it"));
            Refusals.one(proxy, closed);
            try (Stream<String> lines = Files.lines(pipe)) {
                assertThat(AccessLine.parse(lines.iterator().next())).isPresent();
            }
            // Nobody reads again, which is an error and not a signal.
            Refusals.one(proxy, closed);
            await(() -> proxy.log().stream().anyMatch(line -> line.contains("Broken pipe")));
            assertThat(proxy.terminate()).isZero();
        }
    }

    @Test
    void doesNotStartWithAFileThatCannotBeOpened() throws InterruptedException {
        Path nowhere = directory.resolve("none").resolve("access.log");
        Finished finished = Launch.withBothListeners("--access-log=" + nowhere).run();
        assertThat(finished.exitCode()).isEqualTo(1);
        assertThat(finished.errors())
                .containsExactly(
                        "conduit: --access-log: cannot write to "
                                + nowhere
                                + ": there is no such directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {TRACEPARENT, "00-not-valid", ""})
    void passesTheTraceOnAsItCame(String value) throws IOException {
        try (TestProxy proxy = TestProxy.with();
                Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.connect(proxy)) {
            client.write(
                    "GET %s HTTP/1.1\r\nHost: x\r\ntraceparent: %s\r\ntracestate: a=b\r\n\r\n"
                            .formatted(origin.target().url("/"), value));
            Peer remote = origin.accept();
            Head request = Head.read(remote.in());
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(Message.reply(client).status()).isEqualTo(200);
            assertThat(request.values("traceparent")).containsExactly(value);
            assertThat(request.values("tracestate")).containsExactly("a=b");
            AccessLine line = proxy.awaitAccessLine(found -> found.inbound().equals("forward"));
            assertThat(line.text())
                    .contains(" method=GET ")
                    .contains(value.equals(TRACEPARENT) ? " trace=" + TRACE + " " : " trace=- ")
                    .containsPattern(" first_byte=0\\.\\d{6}s ");
        }
    }

    @Test
    void keepsTheTraceOfAConnectToItself() throws IOException {
        try (Origin parent = Origin.listen();
                TestProxy proxy = TestProxy.with("--upstream=http://" + parent.target());
                Peer client = Wiring.CONNECT.connect(proxy)) {
            client.write(
                    "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\ntraceparent: %s\r\n\r\n"
                            .formatted(TRACEPARENT));
            Peer remote = parent.accept();
            assertThat(Head.read(remote.in()).has("traceparent")).isFalse();
            remote.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
            assertThat(Head.read(client.in()).status()).isEqualTo(502);
            AccessLine line = proxy.awaitAccessLine(found -> found.inbound().equals("connect"));
            assertThat(line.text())
                    .contains(" upstream=http://" + parent.target() + " ")
                    .contains(" trace=" + TRACE + " lookup=- connect=0.")
                    .containsPattern(" handshake=0\\.\\d{6}s setup=- first_byte=- ");
        }
    }
}
