package conduit.bench;

import conduit.bench.load.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A candidate's process, alone on its core, from the moment its port accepts. */
final class RunningProxy implements AutoCloseable {

    /** The load has the other one; see bench/run. */
    static final String CORE = "0";

    /** Enough for a JVM that has to build itself first, on a busy machine. */
    private static final Duration LONGEST_START = Duration.ofSeconds(60);

    private final Children children;
    private final Process process;
    private final ProcessTree tree;

    private RunningProxy(Children children, Process process) {
        this.children = children;
        this.process = process;
        this.tree = new ProcessTree(process.toHandle());
    }

    /**
     * Starts it.
     *
     * @param folder for its configuration; stays, so that a failed start can be repeated by hand
     * @throws IOException when it does not start
     */
    static RunningProxy start(Candidate candidate, Options options, Children children, Path folder)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<String> command = new ArrayList<>(List.of("taskset", "-c", CORE));
        command.addAll(candidate.launch().command(folder));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("CONDUIT_JAVA_OPTS", options.jvmOptions());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        RunningProxy proxy = new RunningProxy(children, children.start(builder));
        try {
            proxy.awaitAccepting(candidate.entrance().address(Service.ECHO));
            return proxy;
        } catch (IOException | InterruptedException e) {
            proxy.close();
            throw new IOException(e.getMessage() + ": " + String.join(" ", command), e);
        }
    }

    private void awaitAccepting(InetSocketAddress address)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!accepts(address)) {
            if (!process.isAlive()) {
                throw new IOException("it ended with exit code " + process.exitValue());
            }
            if (System.nanoTime() - start > LONGEST_START.toNanos()) {
                throw new IOException("it does not listen on " + address);
            }
            Thread.sleep(20);
        }
    }

    private static boolean accepts(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What it uses. */
    ProcessTree tree() {
        return tree;
    }

    /** Of a JVM, in bytes. */
    long liveHeap() throws IOException, InterruptedException {
        return LiveHeap.of(process.pid(), children);
    }

    /** Of a JVM; reads what it allocates. */
    AllocatedHeap allocatedHeap() throws IOException {
        return AllocatedHeap.of(process.pid());
    }

    /** Ends the process and waits for that. */
    @Override
    public void close() {
        children.end(process);
    }
}
