package conduit.doctor.ask;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the programs of the system, one at a time, from the thread that asks: a thread in a network
 * namespace runs them in it. The one place of the doctor where processes are started.
 */
public final class Programs {

    /** A busy machine lists thousands of rules within it; nobody waits longer for a diagnosis. */
    private static final Duration LONGEST = Duration.ofSeconds(15);

    /** Where Debian keeps nft, ip and sysctl, which is not on everybody's path. */
    private static final List<String> FOLDERS =
            Stream.concat(
                            Stream.ofNullable(System.getenv("PATH"))
                                    .flatMap(path -> Stream.of(path.split(File.pathSeparator, -1))),
                            Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin"))
                    .distinct()
                    .toList();

    private Programs() {}

    /** Whether this program is installed. */
    public static boolean has(String name) {
        return find(name).isPresent();
    }

    /** What a program prints when it succeeds, or why it did not. */
    public static Found<String> ask(String... command) {
        return tell("", command);
    }

    /** The same, and the program reads this text. */
    public static Found<String> tell(String input, String... command) {
        Optional<Path> program = find(command[0]);
        if (program.isEmpty()) {
            return new Found.Unseen<>(command[0] + " is not installed");
        }
        try {
            return run(input, program.get(), command);
        } catch (IOException e) {
            return new Found.Unseen<>(
                    command[0] + " cannot be run: " + oneLine(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Found.Unseen<>("we were told to stop");
        }
    }

    private static Found<String> run(String input, Path program, String[] command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.command().set(0, program.toString());
        builder.environment().putAll(Map.of("LC_ALL", "C"));
        Process process = builder.start();
        Future<String> output = reading(process.getInputStream());
        Future<String> errors = reading(process.getErrorStream());
        try (var in = process.outputWriter(UTF_8)) {
            in.write(input);
        } catch (IOException e) {
            // It ended without reading all of it, and its exit code says why.
        }
        if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Found.Unseen<>(command[0] + " does not answer");
        }
        try {
            return process.exitValue() == 0
                    ? new Found.Seen<>(output.get())
                    : new Found.Unseen<>(
                            command[0] + " says: " + complaint(errors.get(), process.exitValue()));
        } catch (ExecutionException e) {
            throw new IOException("its output cannot be read", e);
        }
    }

    /** On a thread of its own: a pipe that nobody empties would stop the program. */
    private static Future<String> reading(InputStream from) {
        FutureTask<String> all = new FutureTask<>(() -> new String(from.readAllBytes(), UTF_8));
        Thread.ofPlatform().daemon().name("reader").start(all);
        return all;
    }

    private static String complaint(String errors, int exitCode) {
        String first = errors.lines().findFirst().orElse("");
        return first.isBlank() ? "exit code " + exitCode : oneLine(first);
    }

    /** Nothing that a program says can break our lines. */
    private static String oneLine(String text) {
        return text.strip()
                .chars()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static Optional<Path> find(String name) {
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
