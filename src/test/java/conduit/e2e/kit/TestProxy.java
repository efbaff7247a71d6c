package conduit.e2e.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A running conduit, as its operator sees it: a process that writes lines. Owned by the test, which
 * closes it; closing provokes the reports of leaked buffers and checks everything that was logged.
 */
public final class TestProxy implements AutoCloseable {

    private static final Pattern READY =
            Pattern.compile("[ \"]listening: (http|socks5|tproxy|admin) (\\S+?)(?:\"})?$");
    private static final Pattern LEFT = Pattern.compile("no longer listening: (\\S+ \\S+)$");
    private static final Pattern STACK_TRACE = Pattern.compile("^\\s+at .*|^Caused by: .*");
    private static final Pattern RELOADED = Pattern.compile("[ \"](not )?reloaded[:,] ");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final Proc proc;
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Background<Boolean> collecting;
    private boolean stopped;

    private TestProxy(Process process) {
        this.process = process;
        this.proc = new Proc(process.pid());
        this.collecting = Background.doing(() -> collectLog(process, log));
    }

    /** Both listeners on 127.0.0.1 and these flags. */
    public static TestProxy with(String... flags) {
        return start(Launch.withBothListeners(flags));
    }

    static TestProxy start(Launch launch) {
        TestProxy proxy = new TestProxy(launch.stoppingAtOnce().process());
        try {
            await().until(() ->
                    proxy.listeners().size() >= launch.listeners() || !proxy.process.isAlive());
            assertThat(proxy.process.isAlive()).as(() -> "conduit starts: " + proxy.log).isTrue();
            return proxy;
        } catch (ConditionTimeoutException | AssertionError e) {
            proxy.process.destroyForcibly();
            throw new AssertionError("conduit did not get ready: " + proxy.log, e);
        }
    }

    /** Started, and not waited for. */
    static TestProxy begin(Launch launch) {
        return new TestProxy(launch.stoppingAtOnce().process());
    }

    private static void collectLog(Process process, List<String> log) throws IOException {
        try (BufferedReader errors = process.errorReader()) {
            errors.lines().forEach(log::add);
        }
    }

    private List<Matcher> listeners() {
        Set<String> left =
                log.stream()
                        .map(LEFT::matcher)
                        .filter(Matcher::find)
                        .map(line -> line.group(1))
                        .collect(Collectors.toSet());
        return log.stream()
                .map(READY::matcher)
                .filter(Matcher::find)
                .filter(line -> !left.contains(line.group(1) + " " + line.group(2)))
                .toList();
    }

    /** The address of the first HTTP listener. */
    public InetSocketAddress http() {
        return listener("http").getFirst();
    }

    /** The address of the first SOCKS5 listener. */
    public InetSocketAddress socks5() {
        return listener("socks5").getFirst();
    }

    /** The address of the first transparent listener. */
    public InetSocketAddress tproxy() {
        return listener("tproxy").getFirst();
    }

    /** The address of the admin listener, which is the last to be told. */
    public InetSocketAddress admin() {
        return await().until(() -> listener("admin"), told -> !told.isEmpty()).getFirst();
    }

    /** The addresses of all listeners of this protocol, in the order they got ready. */
    public List<InetSocketAddress> listener(String protocol) {
        return listeners().stream()
                .filter(ready -> ready.group(1).equals(protocol))
                .map(ready -> Target.parse(ready.group(2)).address())
                .toList();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** How many descriptors the process has open. */
    public int descriptors() {
        return proc.descriptors();
    }

    /** How many threads there are whose names begin so; of 15 characters at most. */
    public long threads(String prefix) throws IOException {
        return proc.threads().stream().filter(name -> name.startsWith(prefix)).count();
    }

    /** How many files and folders the process watches. */
    public long watches() throws IOException {
        return proc.watches();
    }

    /** The most memory the process ever had resident, in bytes. */
    public long peakMemory() throws IOException {
        return proc.peakMemory();
    }

    /**
     * Whether the process was started with this signal ignored, as shells do for background jobs.
     */
    public boolean ignores(int signal) throws IOException {
        return proc.ignores(signal);
    }

    /** Waits for the moment from which on it handles this signal. */
    public void awaitCatching(int signal) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> proc.catches(signal));
    }

    /** Waits until something has been written to standard output. */
    public void awaitOutput() {
        await().until(() -> process.getInputStream().available() > 0);
    }

    /** Everything written to standard error so far. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** The access lines so far. */
    public List<AccessLine> accessLines() {
        return log.stream().flatMap(line -> AccessLine.parse(line).stream()).toList();
    }

    /** The first access line that fits, as soon as it has been written. */
    public AccessLine awaitAccessLine(Predicate<AccessLine> fits) {
        try {
            return await().until(
                            () -> accessLines().stream().filter(fits).toList(),
                            lines -> !lines.isEmpty())
                    .getFirst();
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("no such access line; the log is:\n" + tail(), e);
        }
    }

    /**
     * The access lines that fit, as soon as there are so many or more: what a client has seen the
     * end of is written down a moment later.
     */
    public List<AccessLine> awaitAccessLines(long count, Predicate<AccessLine> fits) {
        AtomicReference<List<AccessLine>> seen = new AtomicReference<>(List.of());
        try {
            return await().until(
                            () -> {
                                seen.set(accessLines().stream().filter(fits).toList());
                                return seen.get();
                            },
                            lines -> lines.size() >= count);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "%d such access lines and not %d; the log is:\n%s"
                            .formatted(seen.get().size(), count, tail()),
                    e);
        }
    }

    /** The first access line about this client, and not one before it that had its port. */
    public AccessLine accessLineOf(Peer client) {
        InetSocketAddress address = client.address();
        return awaitAccessLine(
                line -> line.client().equals(address) && !line.time().isBefore(client.begun()));
    }

    /** The first line of the log with these words, as soon as it has been written. */
    public String awaitLog(String words) {
        return awaitLog(words, 1).getFirst();
    }

    /** The lines of the log with these words, as soon as there are so many. */
    public List<String> awaitLog(String words, int count) {
        try {
            return await().until(
                            () -> log.stream().filter(line -> line.contains(words)).toList(),
                            lines -> lines.size() >= count);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "not %d lines with '%s'; the log is:\n%s".formatted(count, words, tail()), e);
        }
    }

    /** SIGHUP; what the log says came of it. */
    public String reload() throws IOException, InterruptedException {
        int before = reloads().size();
        hangUp();
        return await().until(this::reloads, lines -> lines.size() > before).getLast();
    }

    private List<String> reloads() {
        return log.stream().filter(line -> RELOADED.matcher(line).find()).toList();
    }

    /**
     * How many descriptors are open when nothing goes on: as many as a moment before, and none of a
     * pipe that waits to be closed as idle.
     */
    public int descriptorsAtRest() {
        AtomicInteger last = new AtomicInteger(-1);
        await().pollInterval(Duration.ofMillis(300))
                .until(() -> proc.pipes() == 0 && descriptors() == last.getAndSet(descriptors()));
        return last.get();
    }

    /** Waits until at least so many descriptors are open. */
    public void awaitDescriptorsAtLeast(int count) {
        await().until(() -> descriptors() >= count);
    }

    /** Waits until no more descriptors are open than there were at the start. */
    public void awaitDescriptors(int atMost) {
        try {
            await().until(() -> descriptors() <= atMost);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "%d descriptors are open, %d were at the start; the log is:\n%s"
                            .formatted(descriptors(), atMost, tail()),
                    e);
        }
    }

    private String tail() {
        List<String> lines = new ArrayList<>(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20));
    }

    /** What is alive on the heap, after collections. */
    public Histogram liveObjects() throws IOException {
        // A collection only finds out what cleaners then let go of, which takes them a moment.
        AtomicReference<Histogram> last = new AtomicReference<>(histogram());
        return await().pollInterval(Duration.ofMillis(300))
                .until(this::histogram, next -> next.bytes() >= last.getAndSet(next).bytes());
    }

    /** It begins with a collection of its own. */
    private Histogram histogram() throws IOException {
        return Histogram.parse(Diagnosis.of(pid(), "GC.class_histogram"));
    }

    /**
     * Stops the process where it is, so that whatever happens next happens for it at one moment.
     */
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** Goes on after a pause. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** SIGUSR1: files of the log are opened anew. */
    public void reopenLogs() throws IOException, InterruptedException {
        signal("USR1");
    }

    /** SIGHUP, of which nobody need hear. */
    public void hangUp() throws IOException, InterruptedException {
        signal("HUP");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int exitCode =
                new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
        assertThat(exitCode).as("kill -%s", name).isZero();
    }

    /** SIGTERM; the exit code, when the log is complete. */
    public int terminate() throws InterruptedException {
        stopped = true;
        // Not the process itself: that would close its log too.
        process.toHandle().destroy();
        return exitCode();
    }

    /** SIGINT, as Ctrl-C sends it; the exit code, when the log is complete. */
    public int interrupt() throws IOException, InterruptedException {
        stopped = true;
        signal("INT");
        return exitCode();
    }

    /**
     * For one that has been told to stop in another way; the exit code, when the log is complete.
     */
    public int awaitExit() throws InterruptedException {
        stopped = true;
        return exitCode();
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("conduit ends when told to")
                .isTrue();
        collecting.result();
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        try {
            if (!stopped) {
                assertThat(process.isAlive()).as(() -> "still runs:\n" + tail()).isTrue();
                provokeLeakReports();
            }
        } finally {
            process.destroyForcibly();
        }
        accessLines().forEach(AccessLine::expectComplete);
        assertThat(log).as("the log").noneMatch(line -> line.contains("LEAK:"));
        assertThat(log).as("the log").noneMatch(line -> STACK_TRACE.matcher(line).matches());
    }

    /** Closes all of them; the failure of one is the failure of the test, but no excuse. */
    static void closeAll(Collection<TestProxy> proxies) throws IOException {
        AssertionError failed = null;
        for (TestProxy proxy : proxies) {
            try {
                proxy.close();
            } catch (AssertionError e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    /** Netty reports a leaked buffer with the first allocation after its collection. */
    void provokeLeakReports() throws IOException {
        Diagnosis.of(pid(), "GC.run");
        // Transparent listeners read nothing.
        List<InetSocketAddress> reading =
                Stream.of(listener("http"), listener("socks5")).flatMap(List::stream).toList();
        for (InetSocketAddress listener : reading) {
            try (Peer nudge = Peer.to(listener)) {
                nudge.write("\0\0\0\0\r\n\r\n");
                nudge.readToClose();
            }
        }
    }
}
