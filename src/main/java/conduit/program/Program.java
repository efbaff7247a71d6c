package conduit.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program of the system, such as nft or ip. It runs on behalf of the thread that asks, which
 * waits for it: of a thread in a network namespace, in this namespace. The only class that starts
 * processes.
 */
public record Program(Path path) {

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
        return FOLDERS.stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Program::new);
    }

    /**
     * Asks it something: runs it with these arguments and this standard input, and ends it when it
     * takes longer than 15 seconds.
     */
    public Answer run(String input, List<String> arguments) {
        return run(input, arguments, process -> process.waitFor(LONGEST.toSeconds(), SECONDS));
    }

    /**
     * Has it change something: runs it to its own end however long that takes, since nobody can
     * tell what has been changed by one that was ended.
     */
    public Answer change(String input, List<String> arguments) {
        return run(input, arguments, Program::ends);
    }

    private static boolean ends(Process process) throws InterruptedException {
        process.waitFor();
        return true;
    }

    private interface Patience {
        /** Whether it has come to its end. */
        boolean await(Process process) throws InterruptedException;
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("we were told to stop");
        }
    }

    private static Answer answer(Process process, String input, Patience patience)
            throws IOException, InterruptedException {
        Future<String> output = reading(process.getInputStream());
        Future<String> errors = reading(process.getErrorStream());
        try (var in = process.outputWriter(UTF_8)) {
            in.write(input);
        } catch (IOException e) {
            // It ended without reading all of it, and its exit code says why.
        }
        if (!patience.await(process)) {
            process.destroyForcibly();
            return failed("no answer within %d s".formatted(LONGEST.toSeconds()));
        }
        try {
            return process.exitValue() == 0
                    ? new Answer.Done(output.get())
                    : failed(
                            errors.get().isBlank()
                                    ? "exit code " + process.exitValue()
                                    : errors.get());
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

    /** Nothing that a program says can break our lines. */
    private static Answer failed(String said) {
        return new Answer.Failed(
                said.lines()
                        .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
                        .filter(line -> !line.isEmpty())
                        .toList());
    }
}
