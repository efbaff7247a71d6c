package conduit.e2e.kit;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;

/** What a JVM says of itself, as jcmd asks it. */
final class Diagnosis {

    private Diagnosis() {}

    /** Carries out a command in this process; what it said, or that it has gone. */
    static List<String> of(long pid, String command) throws IOException {
        Process jcmd =
                new ProcessBuilder(
                                Launch.javaTool("jcmd"),
                                // Started hundreds of times.
                                "-J-XX:+UseSerialGC",
                                "-J-XX:TieredStopAtLevel=1",
                                Long.toString(pid),
                                command)
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader said = jcmd.inputReader()) {
            return said.lines().toList();
        }
    }
}
