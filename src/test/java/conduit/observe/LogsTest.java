package conduit.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.config.Logging;
import conduit.config.Logging.AccessTarget;
import conduit.e2e.kit.Background;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An access log whose place changes while it is written to. */
class LogsTest {

    @TempDir private Path folder;

    private Logging to(String file) {
        return new Logging(
                Logging.Level.INFO,
                Logging.Format.TEXT,
                new AccessTarget.File(folder.resolve(file)));
    }

    @Test
    void writesEachLineToWhereItThenIs() throws Exception {
        Logs logs = Logs.open(to("one"));
        for (int i = 0; i < 10; i++) {
            logs.accessLog().write(new Entries().entry());
            logs.change(to(i % 2 == 0 ? "two" : "one"));
        }
        logs.close();
        assertThat(lines("one")).isEqualTo(5);
        assertThat(lines("two")).isEqualTo(5);
    }

    private long lines(String file) throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve(file))) {
            return lines.count();
        }
    }

    @Test
    void staysWhereItIsWhenTheNewPlaceCannotBeHad() throws Exception {
        Logs logs = Logs.open(to("one"));
        assertThatThrownBy(() -> logs.change(to("none/two")))
                .isInstanceOf(CannotLogException.class)
                .hasMessageEndingWith("there is no such directory");
        logs.accessLog().write(new Entries().entry());
        logs.close();
        assertThat(lines("one")).isOne();
    }

    private void namedPipe(String name) throws Exception {
        String pipe = folder.resolve(name).toString();
        assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    }

    /** Who scrapes is never told of fewer than before. */
    @Test
    void countsWhatIsLostBeforeWhileAndAfterItMoves() throws Exception {
        namedPipe("never read");
        try (Logs logs = Logs.open(to("never read"))) {
            long written = 0;
            // More than wait in memory.
            while (logs.drops().accessLines() < 5 && written < 100_000) {
                logs.accessLog().write(new Entries().entry());
                written++;
            }
            Background<Boolean> moving = Background.doing(() -> logs.change(to("one")));
            long last = 5;
            while (!moving.isDone()) {
                long now = logs.drops().accessLines();
                assertThat(now).isGreaterThanOrEqualTo(last);
                last = now;
            }
            moving.result();
            assertThat(logs.drops().accessLines()).isEqualTo(written);
            logs.change(to("two"));
            assertThat(logs.drops().accessLines()).isEqualTo(written);
        }
    }

    /** A change waits for a place that takes nothing, which a scrape is not to do. */
    @Test
    void tellsWhatIsLostWhileItIsBeingChanged() throws Exception {
        try (Logs logs = Logs.open(to("one"))) {
            synchronized (logs) {
                assertThat(Background.of(logs::drops).result().accessLines()).isZero();
            }
        }
    }
}
