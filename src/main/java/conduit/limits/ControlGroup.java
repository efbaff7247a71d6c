package conduit.limits;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The control groups around this process (cgroups(7)), of either version. */
final class ControlGroup {

    private ControlGroup() {}

    /** The least memory that one of them allows, in bytes; empty where none does. */
    static OptionalLong memory(Path root) {
        return Means.lines(root.resolve("proc/self/cgroup")).stream()
                .map(line -> line.split(":", 3))
                .filter(parts -> parts.length == 3)
                .flatMapToLong(parts -> memory(root.resolve("sys/fs/cgroup"), parts[1], parts[2]))
                .min();
    }

    /** A line of version 2 names no controllers. */
    private static LongStream memory(Path mounted, String controllers, String group) {
        if (controllers.isEmpty()) {
            return upwards(mounted, group, "memory.max");
        }
        return Stream.of(controllers.split(",", -1)).anyMatch("memory"::equals)
                ? upwards(mounted.resolve("memory"), group, "memory.limit_in_bytes")
                : LongStream.empty();
    }

    /**
     * In a container the group's path may be the one outside, and the mount is the group itself.
     */
    private static LongStream upwards(Path mounted, String group, String file) {
        Path leaf = mounted.resolve(group.replaceFirst("^/+", "")).normalize();
        Path from = leaf.startsWith(mounted) ? leaf : mounted;
        return Stream.iterate(from, at -> at != null && at.startsWith(mounted), Path::getParent)
                .flatMapToLong(at -> Means.number(at.resolve(file)).stream());
    }
}
