package conduit.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.config.Logging;
import conduit.config.Logging.AccessTarget;
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
}
