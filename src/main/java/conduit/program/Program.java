package conduit.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program of the system, such as nft or ip. It runs on behalf of the thread that asks, which
 * waits for it: of a thread in a network namespace, in this namespace. The only class that starts
 * processes.
 *
 * @param longest how long it may take to answer a question
 */
public record Program(Path path, Duration longest) {

    /** A busy machine lists thousands of rules within it; nobody waits longer. */
    private static final Duration LONGEST = Duration.ofSeconds(15);

    /** Where Debian keeps nft, ip and sysctl, which is not on everybody's path. */
    private static final List<String> FOLDERS =
            Stream.concat(
                            Stream.ofNullable(System.getenv("PATH"))
                                    .flatMap(path -> Stream.of(path.split(File.pathSeparator, -1))),
                            Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin"))
                    .distinct()
                    .toList();

    /** nft repeats the input and underlines in it; one screen line of that is enough. */
    private static final int MOST_CHARACTERS = 200;

    /** How a run ended. */
    public sealed interface Answer {
        /** With 0, having printed this. */
        record Done(String output) implements Answer {}

        /**
         * Otherwise, having complained in these lines, at least one, without control characters.
         */
        record Failed(List<String> complaint) implements Answer {
            /** Copies the list. */
            public Failed {
                complaint = List.copyOf(complaint);
            }

            /** The first of its lines as one, with an ellipsis where it is cut. */
            public String said(int lines) {
                String line = complaint.stream().limit(lines).collect(Collectors.joining(": "));
                return line.length() <= MOST_CHARACTERS
                        ? line
                        : line.substring(0, MOST_CHARACTERS) + "...";
            }
        }
    }

    /** The program of this name, if it is installed. */
    public static Optional<Program> find(String name) {
        return find(name, FOLDERS);
    }

    static Optional<Program> find(String name, List<String> folders) {
        return folders.stream()
                .map(folder -> Path.of(folder, name))
                .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
                .findFirst()
                .map(path -> new Program(path, LONGEST));
    }

    /**
     * Asks it something: runs it with these arguments and this standard input, and ends it when it
     * takes longer than it may, or when the thread is interrupted.
     */
    public Answer run(String input, List<String> arguments) {
        return run(input, arguments, this::inTime);
    }

    /**
     * Has it change something: runs it to its own end however long that takes, since nobody can
     * tell what has been changed by one that was ended. An interrupt is left to the caller.
     */
    public Answer change(String input, List<String> arguments) {
        return run(input, arguments, Program::toItsEnd);
    }

    private interface Patience {
        /** Why it was ended; empty where it came to its own end. */
        Optional<String> await(Process process);
    }

    private Optional<String> inTime(Process process) {
        try {
            if (process.waitFor(longest)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            return Optional.of("we were told to stop");
        }
        process.destroyForcibly();
        return Optional.of("no answer in time");
    }

    private static Optional<String> toItsEnd(Process process) {
        process.onExit().join();
        return Optional.empty();
    }

    private Answer run(String input, List<String> arguments, Patience patience) {
        List<String> command = new ArrayList<>();
        command.add(path.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        try {
            return answer(builder.start(), input, patience);
        } catch (IOException e) {
            return failed("it cannot be run (" + e.getMessage() + ")");
        }
    }

    private static Answer answer(Process process, String input, Patience patience) {
        CompletableFuture<String> output = reading(process.getInputStream());
        CompletableFuture<String> errors = reading(process.getErrorStream());
        write(input, process);
        Optional<String> ended = patience.await(process);
        if (ended.isPresent()) {
            return failed(ended.get());
        }
        if (process.exitValue() == 0) {
            return new Answer.Done(output.join());
        }
        String complaint = errors.join();
        return failed(complaint.isBlank() ? "exit code " + process.exitValue() : complaint);
    }

    // Each on a thread of its own: a pipe that nobody empties would stop the program, and one that
    // the program does not empty would stop us.

    private static CompletableFuture<String> reading(InputStream from) {
        CompletableFuture<String> all = new CompletableFuture<>();
        start(
                "reader",
                () -> {
                    try {
                        all.complete(new String(from.readAllBytes(), UTF_8));
                    } catch (IOException endedMeanwhile) {
                        all.complete("");
                    }
                });
        return all;
    }

    private static void write(String input, Process process) {
        start(
                "writer",
                () -> {
                    try (var in = process.outputWriter(UTF_8)) {
                        in.write(input);
                    } catch (IOException e) {
                        // It ended without reading all of it, and its exit code says why.
                    }
                });
    }

    private static void start(String name, Runnable task) {
        Thread.ofPlatform().daemon().name(name).start(task);
    }

    /** Nothing that a program says can break our lines. */
    private static Answer failed(String said) {
        return new Answer.Failed(
                said.lines()
                        .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
                        .filter(line -> !line.isEmpty())
                        .toList());
    }
}
