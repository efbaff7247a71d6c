package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that has ended by itself, and everything it said.
 *
 * @param output standard output, a character for each byte
 */
public record Finished(int exitCode, String output, List<String> errors) {

    private static final long LONGEST_RUN_SECONDS = 60;

    public Finished {
        errors = List.copyOf(errors);
    }

    /** Reads both streams and waits for the end; a program that goes on is killed and fails. */
    public static Finished of(Process process) throws InterruptedException {
        try {
            Background<String> output =
                    Background.of(
                            () -> new String(process.getInputStream().readAllBytes(), ISO_8859_1));
            Background<List<String>> errors =
                    Background.of(() -> {
                        try (BufferedReader reader = process.errorReader()) {
                            return reader.lines().toList();
                        }
                    });
            assertThat(process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS))
                    .as("%s ends by itself", process.info().commandLine().orElse("the program"))
                    .isTrue();
            return new Finished(process.exitValue(), output.result(), errors.result());
        } finally {
            process.destroyForcibly();
        }
    }
}
