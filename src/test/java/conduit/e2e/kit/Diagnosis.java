package conduit.e2e.kit;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a JVM says of itself, as jcmd asks it. */
final class Diagnosis {

    private Diagnosis() {}

    /** Carries out a command in this process; what it said, or that it has gone. */
    static List<String> of(long pid, String command) throws IOException {
        List<String> jcmd = new ArrayList<>(Launch.quickJavaTool("jcmd"));
        jcmd.addAll(List.of(Long.toString(pid), command));
        Process process = new ProcessBuilder(jcmd).redirectErrorStream(true).start();
        try (BufferedReader said = process.inputReader()) {
            return said.lines().toList();
        }
    }
}
