package conduit.e2e.kit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that all JVMs of tests use: the first that asks makes it, and whoever asks meanwhile
 * waits. It is never seen unfinished, also when its maker is killed.
 */
final class MadeOnce {

    /** Writes the file; none if it cannot be made. */
    @FunctionalInterface
    interface Maker {
        void make(Path unfinished) throws IOException;
    }

    private MadeOnce() {}

    /** The file, made if there is none; of one JVM only one thread may ask for it at a time. */
    static Path file(Path file, Maker maker) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Path lock = file.resolveSibling(file.getFileName() + ".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = channel.lock()) {
            if (!Files.exists(file)) {
                Files.deleteIfExists(unfinished);
                maker.make(unfinished);
                if (Files.exists(unfinished)) {
                    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
        return file;
    }
}
