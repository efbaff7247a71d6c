package conduit.e2e.upstream;

import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.Family;
import conduit.e2e.kit.Target;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A proxy of others that runs on loopback. Owned by the test, which closes it: that ends the
 * process and those it has started, by their pids.
 */
final class RealParent implements AutoCloseable {

    /** Their ports are chosen before they start, and may be taken meanwhile. */
    private static final int ATTEMPTS = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final Target target;

    private RealParent(Process process, Target target) {
        this.process = process;
        this.target = target;
    }

    /** Starts it and waits until it listens. The folder must be readable for its own user. */
    static RealParent start(ParentProgram program, Path folder) throws IOException {
        List<String> said = new ArrayList<>();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Target target = Target.closed(Family.IPV4);
            File log = folder.resolve("log-" + attempt).toFile();
            Process process =
                    new ProcessBuilder(program.command(folder, target.port()))
                            .redirectErrorStream(true)
                            .redirectOutput(log)
                            .start();
            RealParent parent = new RealParent(process, target);
            await().atMost(PATIENCE).until(() -> parent.isListening() || !process.isAlive());
            if (process.isAlive()) {
                return parent;
            }
            said.addAll(Files.readAllLines(log.toPath()));
        }
        throw new AssertionError(program + " does not start: " + said);
    }

    private boolean isListening() {
        try (Socket socket = new Socket()) {
            socket.connect(target.address());
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    Target target() {
        return target;
    }

    /** Not politely: none of them has anything to lose, and Squid would take its time. */
    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
