package conduit.observe.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file that is written at its end, whatever its length has become (O_APPEND), so that it may be
 * renamed or cut by others. Of its writer's thread.
 */
final class LogFile implements Output {

    private static final Set<StandardOpenOption> APPENDING =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    /** Access lines say who went where. */
    private static final FileAttribute<?> NOT_FOR_OTHERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    private final Path path;
    private @Nullable FileChannel file;

    LogFile(Path path) {
        this.path = path;
    }

    @Override
    public void open() throws IOException {
        file = opened();
    }

    private FileChannel opened() throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? FileChannel.open(path, APPENDING, NOT_FOR_OTHERS)
                : FileChannel.open(path, APPENDING);
    }

    @Override
    public void write(ByteBuffer lines) throws IOException {
        if (file == null) {
            open();
        }
        FileChannel open = Objects.requireNonNull(file);
        while (lines.hasRemaining()) {
            open.write(lines);
        }
    }

    @Override
    public void reopen() throws IOException {
        FileChannel next = opened();
        close();
        file = next;
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    @Override
    public String name() {
        return path.toString();
    }
}
