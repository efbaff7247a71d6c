package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Family;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An access log in a place that ceases to take it: clients are served, and each line is written or
 * counted as lost.
 */
class AccessLogTroubleTest {

    private static final Pattern LOST = Pattern.compile(": (\\d+) lines were lost: ");

    @TempDir private Path folder;

    private Target closed;
    private long asked;

    @BeforeEach
    void findAClosedPort() throws IOException {
        closed = Target.closed(Family.IPV4);
    }

    private void ask(TestProxy proxy) throws IOException {
        try (Peer client = Wiring.CONNECT.ask(proxy, closed)) {
            assertThat(Head.read(client.in()).status()).isEqualTo(502);
        }
        asked++;
    }

    private static long lost(TestProxy proxy) {
        return proxy.log().stream()
                .flatMap(line -> LOST.matcher(line).results())
                .map(MatchResult::group)
                .mapToLong(told -> Long.parseLong(told.replaceAll("\\D", "")))
                .sum();
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
    }

    private Path namedPipe() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        return pipe;
    }

    /** Where nobody writes, opening a pipe waits for ever, as reading it does. */
    private static BufferedReader reader(Path pipe) throws InterruptedException {
        return Background.of(() -> Files.newBufferedReader(pipe)).result();
    }

    private static void expectLine(BufferedReader log) throws InterruptedException {
        assertThat(AccessLine.parse(Background.of(log::readLine).result())).isPresent();
    }

    @Test
    void goesOnInAPipeWhoseReaderHasGoneWhenAnotherComes() throws Exception {
        Path pipe = namedPipe();
        try (TestProxy proxy = TestProxy.with("--access-log=" + pipe)) {
            try (BufferedReader first = reader(pipe)) {
                ask(proxy);
                expectLine(first);
            }
            for (int i = 0; i < 5; i++) {
                ask(proxy);
            }
            assertThat(proxy.awaitLog("cannot write")).endsWith("lines are lost: Broken pipe");
            try (BufferedReader second = reader(pipe)) {
                ask(proxy);
                expectLine(second);
                assertThat(proxy.terminate()).isZero();
                List<String> rest = second.lines().toList();
                assertThat(rest).allMatch(line -> AccessLine.parse(line).isPresent());
                assertThat(lost(proxy)).isPositive().isEqualTo(asked - 2 - rest.size());
            }
        }
    }

    @Test
    void tellsHowManyLinesWereLostWhenItLeavesAPipeThatNobodyReads() throws Exception {
        Path pipe = namedPipe();
        Path config = folder.resolve("conduit.toml");
        Files.writeString(config, "http-listen = '127.0.0.1:0'\naccess-log = '" + pipe + "'\n");
        try (TestProxy proxy = Launch.withOnly("--config=" + config).start()) {
            proxy.awaitLog("listening: ");
            for (int i = 0; i < 3; i++) {
                ask(proxy);
            }
            Path file = folder.resolve("access.log");
            Files.writeString(config, "http-listen = '127.0.0.1:0'\naccess-log = '" + file + "'\n");
            assertThat(proxy.reload()).endsWith("reloaded: access-log");
            ask(proxy);
            assertThat(proxy.terminate()).isZero();
            assertThat(Files.readAllLines(file)).hasSize(1);
            assertThat(proxy.log())
                    .filteredOn(line -> line.contains("were lost"))
                    .singleElement()
                    .asString()
                    .contains("WARN  access " + pipe + ": 3 lines were lost");
        }
    }

    /** The rest of the line that the full disk has cut is no beginning of another file. */
    @Test
    void beginsAnotherFileWithAWholeLineThoughTheDiskWasFull() throws Exception {
        String[] inAMountOfItsOwn = {
            Installed.program("unshare"),
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=16k tmpfs \"$0\" && exec \"$@\"",
            folder.toString()
        };
        assumeTrue(
                Launch.withOnly("--version").under(inAMountOfItsOwn).run().exitCode() == 0,
                "a mount of its own needs user namespaces");
        Launch launch = Launch.withBothListeners("--access-log=" + folder.resolve("access.log"));
        try (TestProxy proxy = launch.under(inAMountOfItsOwn).start()) {
            Path disk = Path.of("/proc/" + proxy.pid() + "/root" + folder);
            Path log = disk.resolve("access.log");
            while (proxy.log().stream().noneMatch(line -> line.contains("cannot write"))) {
                ask(proxy);
            }
            assertThat(proxy.awaitLog("cannot write")).endsWith(": No space left on device");
            Path old = Files.move(log, disk.resolve("access.log.1"));
            ask(proxy);
            proxy.reopenLogs();
            await(() -> Files.exists(log));
            ask(proxy);
            String before = Files.readString(old);
            Files.delete(old);
            // Kept open, since the disk is gone with the program.
            try (FileChannel file = FileChannel.open(log)) {
                await(() -> {
                    ask(proxy);
                    return file.size() > 0;
                });
                assertThat(proxy.terminate()).isZero();
                List<String> after =
                        new BufferedReader(Channels.newReader(file, StandardCharsets.UTF_8))
                                .lines()
                                .toList();
                assertThat(after).allMatch(line -> AccessLine.parse(line).isPresent());
                long whole = before.chars().filter(c -> c == '\n').count();
                assertThat(whole + after.size() + lost(proxy)).isEqualTo(asked);
                assertThat(lost(proxy)).isPositive();
            }
        }
    }
}
