package conduit.e2e.kit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The class path of the program as it is shipped: its classes in a jar. From a folder, each class
 * would be opened when it is first needed, and could not be once the descriptors have run out.
 */
final class ProgramJar {

    private static final String CLASS_PATH = build();

    private ProgramJar() {}

    /** The jar of the program and those it depends on. */
    static String classPath() {
        return CLASS_PATH;
    }

    private static String build() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.endsWith("test-classes"))
                .map(entry -> Files.isDirectory(Path.of(entry)) ? jarOf(entry) : entry)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String jarOf(String classes) {
        try {
            Path jar = Files.createTempFile("conduit", ".jar");
            jar.toFile().deleteOnExit();
            ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
            String[] arguments = {"--create", "--file", jar.toString(), "-C", classes, "."};
            int exitCode = tool.run(System.out, System.err, arguments);
            if (exitCode != 0) {
                throw new AssertionError("jar ended with " + exitCode);
            }
            return jar.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
