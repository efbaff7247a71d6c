package conduit.bench;

import conduit.bench.Candidate.Engine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of bench/run. */
@Command(
        name = "bench/run",
        sortOptions = false,
        description = "Measures conduit and its peers and prints one table in Markdown.")
final class Options {

    @Option(
            names = "--only",
            split = ",",
            description = "candidates, in the order of the columns; default: ${DEFAULT-VALUE}",
            defaultValue =
                    "conduit-connect,conduit-socks5,haproxy,squid,microsocks,tinyproxy,dante")
    private List<String> only;

    @Option(
            names = "--rows",
            split = ",",
            description = "groups of rows: ${COMPLETION-CANDIDATES}; default: all")
    private List<Row> rows = Arrays.asList(Row.values());

    @Option(
            names = "--starts",
            description =
                    "fresh starts of each candidate for each group of rows; with more than one, the"
                            + " table has the median and the worst. Default: ${DEFAULT-VALUE}",
            defaultValue = "1")
    private int starts;

    @Option(
            names = "--windows",
            description = "measured windows, of which the median counts; default: 5")
    private int windows = 5;

    @Option(names = "--window", description = "seconds of a window; default: 2")
    private double window = 2;

    @Option(
            names = "--warm-up",
            description =
                    "seconds before the first window, for all; default: 1, for a JVM 5 to 20,"
                            + " depending on the row")
    private @Nullable Double warmUp;

    @Option(names = "--quick", description = "a smoke test: one short window, no warm-up")
    private boolean quick;

    @Option(
            names = "--jvm-options",
            description = "further options for conduit's JVM, separated by blanks",
            defaultValue = "")
    private String jvmOptions;

    @Option(
            names = "--conduit-flags",
            description = "further flags for conduit, separated by blanks",
            defaultValue = "")
    private String conduitFlags;

    @Option(
            names = "--conduit",
            description = "the launcher; bench/run sets it",
            defaultValue = "./conduit")
    private Path conduit;

    @Option(names = "--help", usageHelp = true, description = "shows this")
    private boolean help;

    boolean help() {
        return help;
    }

    /**
     * Looks at what the command line reader cannot know.
     *
     * @throws IllegalArgumentException when a number makes no sense
     */
    void check() {
        if (starts < 1 || windows < 1 || window <= 0) {
            throw new IllegalArgumentException(
                    "--starts, --windows and --window have to be positive");
        }
    }

    List<String> only() {
        return List.copyOf(only);
    }

    List<Row> rows() {
        return List.copyOf(rows);
    }

    int starts() {
        return starts;
    }

    int windows() {
        return quick ? 1 : windows;
    }

    Duration window() {
        return quick ? Duration.ofMillis(300) : seconds(window);
    }

    /** Instead of the one that belongs to a row. */
    Optional<Duration> warmUp() {
        if (quick) {
            return Optional.of(Duration.ofMillis(300));
        }
        return Optional.ofNullable(warmUp).map(Options::seconds);
    }

    /** For each workload, before the first candidate. */
    Duration loadWarmUp() {
        return quick ? Duration.ofMillis(600) : Duration.ofSeconds(4);
    }

    /** What stands above the table. */
    String method() {
        String warmUps =
                rows.stream()
                        .map(row -> row + " " + text(warmUp().orElse(row.warmUp(Engine.JVM))))
                        .collect(Collectors.joining(", "));
        return "Median of %d windows of %s; fresh starts: %d; warm-up %s, of the JVM: %s."
                .formatted(
                        windows(),
                        text(window()),
                        starts,
                        text(warmUp().orElse(Row.SETUP.warmUp(Engine.NATIVE))),
                        warmUps);
    }

    private static String text(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    String jvmOptions() {
        return jvmOptions;
    }

    List<String> conduitFlags() {
        return conduitFlags.isBlank() ? List.of() : List.of(conduitFlags.strip().split(" +", -1));
    }

    Path conduit() {
        return conduit;
    }
}
