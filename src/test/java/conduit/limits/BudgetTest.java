package conduit.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {

    private static final OptionalLong UNKNOWN = OptionalLong.empty();
    private static final long MIB = 1024 * 1024;

    @TempDir Path root;

    @Test
    void namesTheNarrowestMeansAndHowFarTheOthersReach() {
        Means means =
                new Means(
                        OptionalLong.of(20_000),
                        48,
                        OptionalLong.of(8_192 * MIB),
                        2_048 * MIB,
                        OptionalLong.of(28_232),
                        OptionalLong.of(4_096),
                        OptionalLong.of(262_144),
                        OptionalLong.of(16_384));
        Budget budget = Budget.of(means, 4, OptionalInt.empty());
        assertThat(budget.connections()).isEqualTo(9_950);
        assertThat(budget.line())
                .isEqualTo(
                        "9,950 connections at most, by open files (20,000); the heap (2,048 MiB):"
                                + " enough for 131,072; memory (8,192 MiB): enough for 385,024;"
                                + " 28,232 local ports to one destination; 4,096 may wait to be"
                                + " accepted; 262,144 remembered by conntrack; 16,384 pages in"
                                + " pipes of an unprivileged user");
    }

    @ParameterizedTest
    @CsvSource({
        "1000000, 512, 128, 8192, the heap (128 MiB)",
        "1000000, 192, 16, 1024, the heap (16 MiB)",
        "1000000, 256, 96, 2048, memory (256 MiB)",
        "1000000, 128, 64, 1, memory (128 MiB)",
        "40, 4096, 1024, 1, open files (40)",
    })
    void isTheLeastOfAll(long files, long memory, long heap, int most, String narrowest) {
        Means means =
                new Means(
                        OptionalLong.of(files),
                        40,
                        OptionalLong.of(memory * MIB),
                        heap * MIB,
                        UNKNOWN,
                        UNKNOWN,
                        UNKNOWN,
                        UNKNOWN);
        Budget budget = Budget.of(means, 1, OptionalInt.empty());
        assertThat(budget.connections()).isEqualTo(most);
        assertThat(budget.line()).contains(" at most, by " + narrowest + ";");
    }

    @Test
    void saysWhatTheOperatorWantsBesideWhatTheProcessCanHold() {
        Means means =
                new Means(
                        OptionalLong.of(1_024),
                        40,
                        UNKNOWN,
                        512 * MIB,
                        UNKNOWN,
                        UNKNOWN,
                        UNKNOWN,
                        UNKNOWN);
        assertThat(Budget.of(means, 2, OptionalInt.of(5_000)))
                .isEqualTo(
                        new Budget(
                                467,
                                "5,000 connections at most, by --max-connections; this process can"
                                        + " hold 467, by open files (1,024); the heap (512 MiB):"
                                        + " enough for 32,768"));
    }

    @Test
    void doesWithWhatTheSystemTells() {
        Budget budget = Budget.of(Means.read(root, 16 * MIB), 1, OptionalInt.empty());
        assertThat(budget)
                .isEqualTo(new Budget(1_024, "1,024 connections at most, by the heap (16 MiB)"));
    }

    @Test
    void readsWhatLinuxTells() {
        write(
                "proc/self/limits",
                """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             95000                95000                processes
                Max open files            1024                 524288               files
                """);
        IntStream.range(0, 7).forEach(fd -> write("proc/self/fd/" + fd, ""));
        write("proc/meminfo", "MemTotal:       16384 kB\nMemFree:        1024 kB\n");
        write("proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
        write("proc/sys/net/core/somaxconn", "4096\n");
        write("proc/sys/net/netfilter/nf_conntrack_max", "262144\n");
        write("proc/sys/fs/pipe-user-pages-soft", "16384\n");
        assertThat(Means.read(root, MIB))
                .isEqualTo(
                        new Means(
                                OptionalLong.of(1_024),
                                7,
                                OptionalLong.of(16 * MIB),
                                MIB,
                                OptionalLong.of(28_232),
                                OptionalLong.of(4_096),
                                OptionalLong.of(262_144),
                                OptionalLong.of(16_384)));
    }

    @Test
    void isNotLimitedByWhatIsUnlimited() {
        write(
                "proc/self/limits",
                "Max open files            unlimited            unlimited   files");
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", "max\n");
        Means means = Means.read(root, MIB);
        assertThat(means.openFiles()).isEmpty();
        assertThat(means.memory()).isEmpty();
    }

    @Test
    void findsTheNarrowestControlGroupOfVersion2() {
        write("proc/meminfo", "MemTotal:       16384 kB\n");
        write("proc/self/cgroup", "0::/system.slice/conduit.service\n");
        write("sys/fs/cgroup/system.slice/conduit.service/memory.max", "max\n");
        write("sys/fs/cgroup/system.slice/memory.max", "2097152\n");
        write("sys/fs/cgroup/memory.max", "8388608\n");
        assertThat(Means.read(root, MIB).memory()).hasValue(2 * MIB);
    }

    @Test
    void findsTheControlGroupOfVersion1() {
        write("proc/self/cgroup", "8:pids:/\n4:cpu,memory:/docker/abc\n0::/\n");
        write("sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes", "4194304\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        assertThat(Means.read(root, MIB).memory()).hasValue(4 * MIB);
    }

    /** The mount of a container is its own group, whose path is told as the machine sees it. */
    @Test
    void findsTheControlGroupThatAContainerSeesAsItsRoot() {
        write("proc/self/cgroup", "4:memory:/docker/abc\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "4194304\n");
        assertThat(Means.read(root, MIB).memory()).hasValue(4 * MIB);
    }

    private void write(String file, String content) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
