package conduit.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * How much slower than at its best the proxy's core is. A virtual machine's core is often one of
 * two threads of a real one; while the host gives the other to somebody else, everything here takes
 * up to 1.7 times the processor time, the kernel's work included, and nothing in the machine tells.
 * Asks a {@link SpeedProbe} on that core. Used on main.
 */
final class CoreSpeed {

    private final BufferedReader answers;
    private final OutputStream questions;
    private double best = Double.MAX_VALUE;

    private CoreSpeed(Process probe) {
        this.answers = probe.inputReader();
        this.questions = probe.getOutputStream();
    }

    /** Starts the probe on the core and waits until it is warm. */
    static CoreSpeed of(String core, Children children) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        "taskset",
                        "-c",
                        core,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SpeedProbe.class.getName());
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        CoreSpeed speed = new CoreSpeed(children.start(builder));
        speed.line();
        return speed;
    }

    /**
     * The time of a step against the shortest that was seen so far, so 1 or more. Takes some 10 ms
     * of the core.
     */
    double slowness() throws IOException {
        questions.write('\n');
        questions.flush();
        double nanos = Double.parseDouble(line());
        best = Math.min(best, nanos);
        return nanos / best;
    }

    private String line() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the probe of the core's speed has ended");
        }
        return line;
    }
}
