package conduit.observe.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What stands before each line: nothing, or where the journal of systemd reads them the level, as
 * sd-daemon(3) has it, which the journal takes off again. Without it every line is of one level
 * there.
 */
enum Prefix {
    NONE,
    PRIORITY;

    /** What it is for lines of this level, which is one of logback's. */
    String of(String level) {
        return switch (this) {
            case NONE -> "";
            // The numbers of syslog(3).
            case PRIORITY ->
                    switch (level) {
                        case "ERROR" -> "<3>";
                        case "WARN" -> "<4>";
                        case "INFO" -> "<6>";
                        default -> "<7>";
                    };
        };
    }

    /**
     * What is wanted on an open descriptor, of which {@code $JOURNAL_STREAM} says whether the
     * journal reads it (systemd.exec(5)): it holds the numbers of its device and inode.
     *
     * @param descriptor its place below {@code /proc/self/fd}
     */
    static Prefix of(Path descriptor, Map<String, String> environment) {
        String journal = environment.getOrDefault("JOURNAL_STREAM", "");
        if (journal.isEmpty()) {
            return NONE;
        }
        try {
            Object device = Files.getAttribute(descriptor, "unix:dev");
            Object inode = Files.getAttribute(descriptor, "unix:ino");
            return journal.equals(device + ":" + inode) ? PRIORITY : NONE;
        } catch (IOException | UnsupportedOperationException e) {
            // Closed, or a system without inodes: then it is not the journal's.
            return NONE;
        }
    }
}
