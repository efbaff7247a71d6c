package conduit.e2e.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What Linux tells of a running process (proc(5)). */
record Proc(long pid) {

    /** How many descriptors it has open. */
    int descriptors() {
        try (Stream<Path> open = Files.list(entry("fd"))) {
            return Math.toIntExact(open.count());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many descriptors are ends of pipes, the three standard streams aside. */
    long pipes() throws IOException {
        long ends = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(entry("fd"))) {
            for (Path descriptor : open) {
                boolean standard = descriptor.getFileName().toString().matches("[012]");
                ends += !standard && isPipe(descriptor) ? 1 : 0;
            }
        }
        return ends;
    }

    private static boolean isPipe(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (NoSuchFileException closedMeanwhile) {
            return false;
        }
    }

    /** What its threads are called, cut after 15 characters. */
    List<String> threads() throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(entry("task"))) {
            for (Path task : tasks) {
                try {
                    names.add(Files.readString(task.resolve("comm")).strip());
                } catch (NoSuchFileException endedMeanwhile) {
                    // One less.
                }
            }
        }
        return names;
    }

    /** The most memory it ever had resident, in bytes. */
    long peakMemory() throws IOException {
        return 1024 * Long.parseLong(statusLine("VmHWM").replaceAll("\\D", ""));
    }

    /** Whether it was started with this signal ignored. */
    boolean ignores(int signal) throws IOException {
        return (Long.parseUnsignedLong(statusLine("SigIgn"), 16) >> (signal - 1) & 1) == 1;
    }

    /** How many files and folders are watched (inotify(7)). */
    long watches() throws IOException {
        long watches = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(entry("fdinfo"))) {
            for (Path descriptor : open) {
                try {
                    watches +=
                            Files.readAllLines(descriptor).stream()
                                    .filter(line -> line.startsWith("inotify "))
                                    .count();
                } catch (NoSuchFileException closedMeanwhile) {
                    // It watches nothing.
                }
            }
        }
        return watches;
    }

    /** Whether it has a handler for this signal. */
    boolean catches(int signal) throws IOException {
        return (Long.parseUnsignedLong(statusLine("SigCgt"), 16) >> (signal - 1) & 1) == 1;
    }

    private String statusLine(String key) throws IOException {
        return Files.readAllLines(entry("status")).stream()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private Path entry(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
