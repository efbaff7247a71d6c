package conduit.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What the objects of another JVM take that are still in use, as a collection of all finds. */
final class LiveHeap {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private LiveHeap() {}

    /** In bytes: the total of jcmd's class histogram. */
    static long of(long pid, Children children) throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process process =
                children.start(
                        new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                                .redirectErrorStream(true));
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        boolean ended = process.waitFor(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        children.end(process);
        if (!ended) {
            throw new IOException("jcmd does not end");
        }
        String total =
                output.lines()
                        .filter(line -> line.startsWith("Total"))
                        .findFirst()
                        .orElseThrow(() -> new IOException("jcmd says: " + output));
        return Long.parseLong(total.substring(total.lastIndexOf(' ') + 1));
    }
}
