package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The class path of the program as it is shipped: its classes in a jar. From a folder, each class
 * would be opened when it is first needed, and could not be once the descriptors have run out. The
 * jar lies beside the folder of the classes and bears a digest of them in its name.
 */
final class ProgramJar {

    /** The program's classes and the jars it depends on. */
    private static final List<String> ENTRIES =
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                    .filter(entry -> !entry.endsWith("test-classes"))
                    .toList();

    private static final Path JAR = built();

    private ProgramJar() {}

    /** The jar of the program and those it depends on. */
    static String classPath() {
        return ENTRIES.stream()
                .map(entry -> isFolder(entry) ? JAR.toString() : entry)
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Where something belongs that is made of this class path and goes when it changes. */
    static Path companion(String suffix) {
        return JAR.resolveSibling(JAR.getFileName() + suffix);
    }

    private static boolean isFolder(String entry) {
        return Files.isDirectory(Path.of(entry));
    }

    private static Path built() {
        Path classes =
                Path.of(ENTRIES.stream().filter(ProgramJar::isFolder).findFirst().orElseThrow());
        try {
            Path folder = Files.createDirectories(classes.resolveSibling("program"));
            Path jar = folder.resolve("conduit-" + digest(classes) + ".jar");
            return MadeOnce.file(
                    jar,
                    unfinished -> {
                        deleteOfEarlierBuilds(jar);
                        pack(classes, unfinished);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of everything that a JVM which starts the program reads, and of the JVM. */
    private static String digest(Path classes) throws IOException {
        try (Stream<Path> all = Files.walk(classes)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                digest.update(file.toString().getBytes(UTF_8));
                digest.update(Files.readAllBytes(file));
            }
            digest.update(String.join(File.pathSeparator, ENTRIES).getBytes(UTF_8));
            digest.update(Runtime.version().toString().getBytes(UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static void deleteOfEarlierBuilds(Path jar) throws IOException {
        try (Stream<Path> all = Files.list(jar.resolveSibling("."))) {
            for (Path file : all.toList()) {
                if (!file.getFileName().toString().startsWith(jar.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void pack(Path classes, Path jar) {
        ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
        String[] arguments = {"--create", "--file", jar.toString(), "-C", classes.toString(), "."};
        int exitCode = tool.run(System.out, System.err, arguments);
        if (exitCode != 0) {
            throw new AssertionError("jar ended with " + exitCode);
        }
    }
}
