package conduit.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The processes that this one has started, with their descendants. None of them outlives it: what
 * is left is ended when the JVM stops, also by a signal. Guarded by its lock, as that happens on
 * another thread.
 */
final class Children {

    /** What a proxy may take to stop before it is killed. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final List<Process> running = new ArrayList<>();
    private boolean closing;

    Children() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::endAll, "end-children"));
    }

    synchronized Process start(ProcessBuilder builder) throws IOException {
        if (closing) {
            throw new IOException("stopping");
        }
        Process process = builder.start();
        running.add(process);
        return process;
    }

    synchronized void end(Process process) {
        List<ProcessHandle> tree =
                Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
        tree.forEach(ProcessHandle::destroy);
        try {
            for (ProcessHandle handle : tree) {
                handle.onExit().get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (Exception e) { // it did not stop, or we are not to wait: both mean kill
            tree.forEach(ProcessHandle::destroyForcibly);
        }
        running.remove(process);
    }

    /** Whether this process is about to end. */
    synchronized boolean areEnding() {
        return closing;
    }

    private synchronized void endAll() {
        closing = true;
        List.copyOf(running).forEach(this::end);
    }
}
