package conduit.doctor.look;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds out from proc(5) who holds a socket, and what a process may do. */
public final class Processes {

    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** The doctor's own process. */
    static Owner self() {
        return read(PROC.resolve("self"))
                .orElseThrow(() -> new IllegalStateException("proc(5) is not mounted"));
    }

    /**
     * The processes that hold these sockets, by inode. Those of others cannot be seen without
     * privileges, and are missing then.
     */
    public static Map<Long, Owner> holding(Set<Long> inodes) {
        Map<Long, Owner> holders = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                for (long inode : heldBy(process, inodes)) {
                    read(process).ifPresent(owner -> holders.putIfAbsent(inode, owner));
                }
            }
        } catch (IOException e) {
            return holders;
        }
        return holders;
    }

    private static List<Long> heldBy(Path process, Set<Long> inodes) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
            Map<Long, Long> held = new HashMap<>();
            for (Path descriptor : open) {
                socket(descriptor).filter(inodes::contains).ifPresent(i -> held.put(i, i));
            }
            return List.copyOf(held.values());
        } catch (IOException othersOrGone) {
            return List.of();
        }
    }

    private static Optional<Long> socket(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:[")
                    ? Optional.of(Long.parseLong(target.substring(8, target.length() - 1)))
                    : Optional.empty();
        } catch (IOException closedMeanwhile) {
            return Optional.empty();
        }
    }

    private static Optional<Owner> read(Path process) {
        try {
            Map<String, String[]> status = new HashMap<>();
            for (String line : Files.readAllLines(process.resolve("status"))) {
                int colon = line.indexOf(':');
                status.put(
                        line.substring(0, Math.max(0, colon)),
                        line.substring(colon + 1).strip().split("\\s+", -1));
            }
            String[] files =
                    Files.readAllLines(process.resolve("limits")).stream()
                            .filter(line -> line.startsWith("Max open files"))
                            .map(line -> line.substring("Max open files".length()).strip())
                            .findFirst()
                            .orElse("unlimited unlimited")
                            .split("\\s+", -1);
            return Optional.of(
                    new Owner(
                            Long.parseLong(field(status, "Pid", 0)),
                            field(status, "Name", 0),
                            // The effective one is the second of four.
                            Long.parseLong(field(status, "Uid", 1)),
                            Long.parseLong(field(status, "Gid", 1)),
                            Long.parseUnsignedLong(field(status, "CapEff", 0), 16),
                            Long.parseUnsignedLong(field(status, "CapAmb", 0), 16),
                            limit(files[0]),
                            limit(files[1]),
                            Stream.of(
                                            Files.readString(process.resolve("cmdline"), ISO_8859_1)
                                                    .split("\0", -1))
                                    .filter(argument -> !argument.isEmpty())
                                    .toList()));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static String field(Map<String, String[]> status, String name, int index) {
        String[] values = status.getOrDefault(name, new String[0]);
        return values.length > index ? values[index] : "0";
    }

    private static long limit(String text) {
        return text.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(text);
    }
}
