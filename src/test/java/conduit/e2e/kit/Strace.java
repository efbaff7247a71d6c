package conduit.e2e.kit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A kernel that answers some system calls of the program otherwise, as strace(1) has it. */
public final class Strace {

    private Strace() {}

    /**
     * The same, with calls tampered with; skipped where strace may not trace.
     *
     * @param injections as strace's {@code --inject} takes them; a call that some machines do not
     *     have has a question mark before its name
     */
    public static Launch tampering(Launch launch, String... injections)
            throws IOException, InterruptedException {
        String strace = Installed.program("strace");
        Process trial = new ProcessBuilder(strace, "--trace=none", "true").start();
        assumeTrue(trial.waitFor() == 0, "strace may trace nothing here");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                strace,
                                // So that it is conduit that is stopped, and not strace.
                                "--daemonize",
                                "--follow-forks",
                                "--quiet=all",
                                "--output=/dev/null",
                                // Others are not even stopped at.
                                "--seccomp-bpf"));
        List<String> calls = new ArrayList<>();
        for (String injection : injections) {
            calls.add(injection.replaceFirst(":.*", ""));
            command.add("--inject=" + injection);
        }
        command.add("--trace=" + String.join(",", calls));
        return launch.under(command.toArray(String[]::new));
    }
}
