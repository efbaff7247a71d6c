package conduit.e2e.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The command line of a conduit that has not been started: the JVM of this test, the program's jar
 * and the flags under test. The serial collector, the quick compiler and the {@link StartCache}
 * keep the start short; they change nothing that a client can see.
 *
 * @param prefix a program that starts the JVM, such as {@code prlimit}; usually empty
 */
public record Launch(List<String> prefix, List<String> jvmOptions, List<String> flags) {

    private static final List<String> QUICK_START =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dio.netty.leakDetection.level=paranoid",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData");

    /** The relay of every proxy whose test does not choose one; by default conduit's own choice. */
    private static final @Nullable String RELAY = System.getProperty("e2e.relay");

    public Launch {
        prefix = List.copyOf(prefix);
        jvmOptions = List.copyOf(jvmOptions);
        flags = List.copyOf(flags);
    }

    /** Exactly these flags. */
    public static Launch withOnly(String... flags) {
        return new Launch(List.of(), List.of(), List.of(flags));
    }

    /** One listener of each protocol on free ports, and these flags. */
    public static Launch withBothListeners(String... flags) {
        List<String> all = new ArrayList<>();
        all.add("--http-listen=127.0.0.1:0");
        all.add("--socks5-listen=127.0.0.1:0");
        all.addAll(List.of(flags));
        if (RELAY != null && all.stream().noneMatch(flag -> flag.startsWith("--relay="))) {
            all.add("--relay=" + RELAY);
        }
        return new Launch(List.of(), List.of(), all);
    }

    /** The same with one more flag. */
    public Launch with(String flag) {
        List<String> all = new ArrayList<>(flags);
        all.add(flag);
        return new Launch(prefix, jvmOptions, all);
    }

    /** The same with more JVM options. */
    public Launch onJvm(String... options) {
        return new Launch(prefix, List.of(options), flags);
    }

    /**
     * The same, started through another program, which starts the one of before if there is one.
     */
    public Launch under(String... program) {
        List<String> all = new ArrayList<>(List.of(program));
        all.addAll(prefix);
        return new Launch(all, jvmOptions, flags);
    }

    /** Starts it and waits until every listener is ready. */
    public TestProxy start() {
        return TestProxy.start(this);
    }

    /** Starts it, and does not wait until it is ready. */
    public TestProxy begin() {
        return TestProxy.begin(this);
    }

    /** Runs it to its end, which must come by itself. */
    public Finished run() throws InterruptedException {
        return Finished.of(process());
    }

    /** A function of the shell, so that commands which call conduit by its name can be run. */
    public static String asShellFunction() {
        String command =
                withOnly().command().stream()
                        .map(word -> "'" + word + "'")
                        .collect(Collectors.joining(" "));
        return "conduit() { " + command + " \"$@\"; }\n";
    }

    /** Told to stop, it stops at once, unless the flags say something else. */
    Launch stoppingAtOnce() {
        boolean saysSo = flags.stream().anyMatch(flag -> flag.startsWith("--drain-timeout="));
        return saysSo ? this : with("--drain-timeout=0s");
    }

    /** Starts it and waits for nothing. */
    public Process process() {
        try {
            return new ProcessBuilder(command()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(prefix);
        command.add(javaTool("java"));
        command.addAll(QUICK_START);
        // It fits the JVM that it was made by.
        if (jvmOptions.isEmpty()) {
            command.addAll(StartCache.options());
        }
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", ProgramJar.classPath(), "conduit.Conduit"));
        command.addAll(flags);
        return command;
    }

    long listeners() {
        return flags.stream().filter(flag -> flag.matches("--\\w+-listen=.*")).count();
    }

    /**
     * How a program of the JDK other than java is called; for the little it does it compiles and
     * collects as quickly as it can.
     */
    static List<String> quickJavaTool(String name) {
        return List.of(javaTool(name), "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1");
    }

    /** The path of a program of the JDK that runs this test. */
    public static String javaTool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
