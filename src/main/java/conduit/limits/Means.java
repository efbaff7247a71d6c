package conduit.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What this process may use, as Linux tells it (proc(5)); what it does not tell is empty. Read once
 * at start, on the main thread.
 *
 * @param openFiles descriptors that it may have
 * @param opened descriptors that it has
 * @param memory bytes that it may use, of the machine or of the narrowest control group around it
 * @param heap bytes that the Java heap may take of them
 * @param ports local ports for connections to one and the same destination
 * @param backlog connections that may wait to be accepted
 * @param conntrack connections that the machine's firewall remembers
 * @param pipePages pages that an unprivileged user may have in pipes
 */
record Means(
        OptionalLong openFiles,
        long opened,
        OptionalLong memory,
        long heap,
        OptionalLong ports,
        OptionalLong backlog,
        OptionalLong conntrack,
        OptionalLong pipePages) {

    /** Of this process. */
    static Means ofThisProcess() {
        return read(Path.of("/"), Runtime.getRuntime().maxMemory());
    }

    /** As the files below a folder say. */
    static Means read(Path root, long heap) {
        Path proc = root.resolve("proc");
        Path settings = proc.resolve("sys");
        return new Means(
                openFiles(proc),
                opened(proc),
                LongStream.concat(machine(proc), ControlGroup.memory(root).stream()).min(),
                heap,
                ports(settings),
                number(settings.resolve("net/core/somaxconn")),
                number(settings.resolve("net/netfilter/nf_conntrack_max")),
                number(settings.resolve("fs/pipe-user-pages-soft")));
    }

    /** The soft limit, which the JVM has raised to the hard one when it started (MaxFDLimit). */
    private static OptionalLong openFiles(Path proc) {
        return lines(proc.resolve("self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).strip().split("\\s+", -1)[0])
                .filter(Means::isNumber)
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    private static long opened(Path proc) {
        try (Stream<Path> open = Files.list(proc.resolve("self/fd"))) {
            return open.count();
        } catch (IOException e) {
            return 0;
        }
    }

    private static LongStream machine(Path proc) {
        return lines(proc.resolve("meminfo")).stream()
                .filter(line -> line.startsWith("MemTotal:"))
                .map(line -> line.replaceAll("\\D", ""))
                .filter(Means::isNumber)
                .mapToLong(kibibytes -> 1024 * Long.parseLong(kibibytes));
    }

    private static OptionalLong ports(Path settings) {
        List<String> lines = lines(settings.resolve("net/ipv4/ip_local_port_range"));
        String[] ends =
                lines.isEmpty() ? new String[0] : lines.getFirst().strip().split("\\s+", -1);
        return ends.length == 2 && isNumber(ends[0]) && isNumber(ends[1])
                ? OptionalLong.of(Long.parseLong(ends[1]) - Long.parseLong(ends[0]) + 1)
                : OptionalLong.empty();
    }

    /** The number in a file that holds nothing else. */
    static OptionalLong number(Path file) {
        return lines(file).stream()
                .map(String::strip)
                .filter(Means::isNumber)
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,18}");
    }

    /** Nothing where there is no such file, or it is not for us. */
    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
