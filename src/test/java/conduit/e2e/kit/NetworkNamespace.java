package conduit.e2e.kit;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/**
 * A network of its own, in which a test may set up addresses, routes and rules as it likes. Linux
 * gives it to one thread (unshare(2) with CLONE_NEWNET), which passes it on to the threads and
 * processes that it starts and the sockets that it opens; with the last of them it is gone. Only
 * root may have one, so a test that wants one is skipped for others.
 */
public final class NetworkNamespace implements AutoCloseable {

    private static final int CLONE_NEWNET = 0x4000_0000;

    /** A number, two addresses with ports, and the state. */
    private static final Pattern SYN_SENT =
            Pattern.compile("^ *\\d+: [0-9A-F]+:[0-9A-F]+ [0-9A-F]+:[0-9A-F]+ 02 ");

    private final ExecutorService inside =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("namespace").factory());

    private NetworkNamespace() {}

    /**
     * An empty one, in which only the loopback device is up. Nobody asks who else has an IPv6
     * address before it is used (duplicate address detection, RFC 4862, 5.4): nobody else is there,
     * and an address that is good two seconds later changes the routes in the middle of a test.
     */
    public static NetworkNamespace open() {
        NetworkNamespace namespace = new NetworkNamespace();
        if (namespace.call(NetworkNamespace::unshare) != 0) {
            namespace.close();
            Assumptions.abort("a network namespace needs root");
        }
        namespace.run("sysctl -q -w net.ipv6.conf.default.accept_dad=0\nip link set lo up");
        return namespace;
    }

    @SuppressWarnings("restricted") // no way around it: Java has no such call
    private static int unshare() {
        MethodHandle unshare =
                Linker.nativeLinker()
                        .downcallHandle(
                                Linker.nativeLinker().defaultLookup().findOrThrow("unshare"),
                                FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try {
            return (int) unshare.invokeExact(CLONE_NEWNET);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /** By which a device can be moved here: {@code ip link set DEVICE netns PATH}. */
    public String path() {
        return call(
                () -> "/proc/" + Files.readSymbolicLink(Path.of("/proc/thread-self")) + "/ns/net");
    }

    /** What the step answers when it is done inside. */
    public <T> T call(Callable<T> step) {
        try {
            return inside.submit(step).get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs shell commands inside, each of which must succeed. */
    public void run(String commands) {
        output(commands);
    }

    /** Runs shell commands inside, each of which must succeed; what they said. */
    public String output(String commands) {
        return call(() -> {
            Process shell = new ProcessBuilder("sh", "-e").redirectErrorStream(true).start();
            try (var input = shell.outputWriter(UTF_8)) {
                // Where Debian keeps nft, ip and sysctl.
                input.write("PATH=$PATH:/usr/sbin:/sbin\n" + commands);
            }
            String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
            assertThat(shell.waitFor()).as("%s: %s", commands, said).isZero();
            return said;
        });
    }

    /**
     * Waits until the kernel has seen that as many devices are at their cables, which it does in
     * its own time: a device that is up has an IPv6 address of its link from then on, and routes.
     */
    public void awaitCables(int devices) {
        Awaitility.await().until(() -> cables() == devices);
    }

    private long cables() {
        return output("ip -6 route show table local")
                .lines()
                .filter(route -> route.startsWith("local fe80:"))
                .count();
    }

    /** How many TCP connections await an answer to their SYN. */
    public int connecting() {
        return synSent().size();
    }

    /** The kernel's lines about them (proc_pid_net(5)). */
    public List<String> synSent() {
        return call(() ->
                Stream.concat(lines("tcp"), lines("tcp6")).filter(SYN_SENT.asPredicate()).toList());
    }

    private static Stream<String> lines(String table) throws IOException {
        return Files.readAllLines(Path.of("/proc/thread-self/net", table)).stream();
    }

    @Override
    public void close() {
        inside.close();
    }
}
