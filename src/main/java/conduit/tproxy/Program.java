package conduit.tproxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program of the system that changes rules or routes. The only class here that runs something.
 */
record Program(Path path) {

    /** Where Debian keeps nft and ip, which is not on everybody's path. */
    private static final List<String> ALSO = List.of("/usr/sbin", "/sbin");

    /** nft repeats the input and underlines in it; one screen line of that is enough. */
    private static final int MOST_CHARACTERS = 200;

    /** How a run ended. */
    sealed interface Answer {
        /** With 0, having printed this. */
        record Done(String output) implements Answer {}

        /** Otherwise, having said this: one line. */
        record Failed(String said) implements Answer {}
    }

    /** The program of this name, if it is installed. */
    static Optional<Program> find(String name) {
        String folders = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(folders.split(File.pathSeparator, -1)), ALSO.stream())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Program::new);
    }

    /** Runs it to its end with these arguments and this standard input. */
    Answer run(String input, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(path.toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            writeTo(process, input);
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            return process.waitFor() == 0
                    ? new Answer.Done(output)
                    : new Answer.Failed(inOneLine(output));
        } catch (IOException e) {
            return new Answer.Failed("it cannot be run (" + e.getMessage() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Failed("we were told to stop");
        }
    }

    /** One that ends early says by its exit code and its words what it did not like. */
    private static void writeTo(Process process, String input) {
        try (var in = process.outputWriter(UTF_8)) {
            in.write(input);
        } catch (IOException ignored) {
            // It has ended without reading.
        }
    }

    /** The first two lines: what is wrong and, from nft, with which line of its input. */
    private static String inOneLine(String output) {
        String line =
                output.lines()
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .limit(2)
                        .collect(Collectors.joining(": "))
                        .replaceAll("\\p{Cntrl}", " ");
        return line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS) + "...";
    }
}
