package conduit.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What a process and all its descendants use together, as /proc tells. */
record ProcessTree(ProcessHandle root) {

    /** USER_HZ, the unit of times in /proc/PID/stat; the same on every Linux (man 7 time). */
    private static final long TICKS_PER_SECOND = 100;

    /** Fields of /proc/PID/stat behind the command's closing bracket, from 0 (man 5 proc). */
    private static final int CUTIME = 13;

    private static final int CSTIME = 14;

    private List<Long> pids() {
        return Stream.concat(Stream.of(root), root.descendants()).map(ProcessHandle::pid).toList();
    }

    /** Processor time, that of children included which have ended and been waited for. */
    Duration cpu() throws IOException {
        Duration sum = Duration.ZERO;
        for (long pid : pids()) {
            sum = sum.plus(CpuClock.of(pid)).plus(endedChildren(pid));
        }
        return sum;
    }

    private static Duration endedChildren(long pid) throws IOException {
        String stat = read(pid, "stat");
        if (stat.isEmpty()) {
            return Duration.ZERO;
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = Long.parseLong(fields[CUTIME]) + Long.parseLong(fields[CSTIME]);
        return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
    }

    /** Memory of their own that is resident, in bytes: RssAnon, so neither files nor sockets. */
    long anonymousMemory() throws IOException {
        long kibibytes = 0;
        for (long pid : pids()) {
            kibibytes +=
                    read(pid, "status")
                            .lines()
                            .filter(line -> line.startsWith("RssAnon:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
        }
        return kibibytes * 1024;
    }

    /**
     * Open descriptors; one that is shared by two processes counts twice, as both could run out.
     */
    int descriptors() {
        int count = 0;
        for (long pid : pids()) {
            String[] names = Path.of("/proc/" + pid + "/fd").toFile().list();
            count += names == null ? 0 : names.length;
        }
        return count;
    }

    /** Empty when the process has ended. */
    private static String read(long pid, String file) throws IOException {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
