package conduit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Loads all of conduit's own classes at start. A class is otherwise loaded when it is first needed,
 * and those that handle the lack of descriptors are first needed when there is none left to open
 * their file with: such a class is then missing until the process ends.
 */
final class Preload {

    private Preload() {}

    /** Loads them from wherever this class came from: a jar, or a folder of classes. */
    static void ownClasses() {
        try {
            URI source = Preload.class.getProtectionDomain().getCodeSource().getLocation().toURI();
            if (Files.isDirectory(Path.of(source))) {
                loadBelow(Path.of(source));
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(Path.of(source))) {
                    loadBelow(jar.getPath("/"));
                }
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException("cannot tell where the program lies", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the program", e);
        }
    }

    private static void loadBelow(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("conduit"))) {
            files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
                    .map(name -> name.replace(".class", "").replace('/', '.'))
                    .forEach(Preload::load);
        }
    }

    private static void load(String name) {
        try {
            // Without running its initializers: those of epoll fail where there is none.
            Class.forName(name, false, Preload.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("a class of the program cannot be loaded", e);
        }
    }
}
