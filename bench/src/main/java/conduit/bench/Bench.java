package conduit.bench;

import conduit.bench.load.Loop;
import conduit.bench.load.Origin;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;

/**
 * Measures each candidate by itself, row by row, and prints the table. bench/run starts it in a
 * network of its own, on the load's core. The clients run in this process, the origin in another.
 */
public final class Bench {

    private final Options options;
    private final List<Candidate> candidates;
    private final Children children = new Children();
    private final Table table;
    private boolean allWell = true;

    private Bench(Options options, List<Candidate> candidates) {
        this.options = options;
        this.candidates = candidates;
        this.table = new Table(candidates);
    }

    /** Ends with 0 when every row of every candidate could be measured. */
    public static void main(String[] arguments) throws IOException {
        Options options = new Options();
        CommandLine commandLine =
                new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true);
        List<Candidate> candidates;
        try {
            commandLine.parseArgs(arguments);
            if (options.help()) {
                commandLine.usage(System.out);
                return;
            }
            options.check();
            candidates = chosen(options);
        } catch (CommandLine.ParameterException | IllegalArgumentException e) {
            Progress.say("bench: " + e.getMessage());
            System.exit(2);
            return;
        }
        boolean allWell = false;
        try {
            allWell = new Bench(options, candidates).run();
        } catch (InterruptedException e) {
            Progress.say("bench: " + e.getMessage());
        }
        System.exit(allWell ? 0 : 1);
    }

    private static List<Candidate> chosen(Options options) {
        Map<String, Candidate> all =
                new Candidates(options)
                        .all().stream().collect(Collectors.toMap(Candidate::name, c -> c));
        List<Candidate> chosen = new ArrayList<>();
        for (String name : options.only()) {
            Candidate candidate = all.get(name);
            if (candidate == null) {
                throw new IllegalArgumentException(
                        "no candidate " + name + "; there are " + String.join(", ", all.keySet()));
            }
            chosen.add(candidate);
        }
        return chosen;
    }

    private boolean run() throws IOException, InterruptedException {
        Process origin = startOrigin();
        List<Long> load = List.of(ProcessHandle.current().pid(), origin.pid());
        CoreSpeed core = CoreSpeed.of(RunningProxy.CORE, children);
        new LoadAlone(options.loadWarmUp()).run(options.rows());
        for (int start = 0; start < options.starts(); start++) {
            for (Row row : options.rows()) {
                measureAll(row, load, core);
            }
        }
        System.out.println(System.getenv("BENCH_MACHINE"));
        System.out.println(options.method());
        System.out.println();
        System.out.print(table.markdown());
        return allWell;
    }

    /** One after the other, so that what changes on the machine meanwhile meets all alike. */
    private void measureAll(Row row, List<Long> load, CoreSpeed core)
            throws IOException, InterruptedException {
        for (Candidate candidate : candidates) {
            if (candidate.has(row)) {
                measure(candidate, row, load, core);
            }
            if (children.areEnding()) {
                throw new InterruptedException("stopped");
            }
        }
    }

    /** On this process's core, as a child inherits that. */
    private Process startOrigin() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder =
                new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Origin.class.getName());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process origin = children.start(builder);
        BufferedReader output = origin.inputReader();
        if (output.readLine() == null) {
            throw new IOException("the origin did not start");
        }
        return origin;
    }

    private void measure(Candidate candidate, Row row, List<Long> load, CoreSpeed core)
            throws IOException, InterruptedException {
        Progress.say(candidate.name() + ", " + row);
        Path folder = Path.of("target", "run", candidate.name());
        try (Loop loop = new Loop();
                Redirection _ = Redirection.to(candidate.entrance(), children);
                RunningProxy proxy = RunningProxy.start(candidate, options, children, folder)) {
            Gauge gauge = new Gauge(proxy, load, core, loop, options);
            Trial trial = new Trial(candidate, proxy, loop, gauge, options);
            try {
                trial.run(row);
            } finally {
                report(candidate, trial.figures());
            }
            if (gauge.slowest() > Windows.FULL_SPEED) {
                table.note(
                        candidate,
                        row,
                        "its core was up to %.1f times slower than at its best"
                                .formatted(gauge.slowest()));
            }
        } catch (IOException e) {
            if (children.areEnding()) {
                return;
            }
            Progress.say("  failed: " + e.getMessage());
            table.note(candidate, row, String.valueOf(e.getMessage()));
            allWell = false;
        }
    }

    private void report(Candidate candidate, Map<Figure, Double> figures) {
        figures.forEach(
                (figure, value) -> Progress.say("  " + figure.label() + ": " + figure.text(value)));
        table.add(candidate, figures);
    }
}
