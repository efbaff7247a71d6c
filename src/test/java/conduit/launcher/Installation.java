package conduit.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A checkout with the real launcher and a few sources, and around it a world of fakes: a PATH with
 * nothing on it but the launcher's tools and a Maven that only records its calls, and JVMs that
 * print how they were started. Owns the processes started in it; for one thread.
 */
final class Installation implements AutoCloseable {
    private static final Instant BUILT = Instant.parse("2026-01-01T12:00:00Z");

    private static final List<String> TOOLS =
            List.of("bash", "cat", "find", "flock", "mkdir", "rm", "readlink", "sed", "touch");

    private static final String MAVEN =
            """
            #!/usr/bin/env bash
            echo "$JAVA_HOME $*" >>"${0%/*}/mvn.calls"
            if [[ -p ${0%/*}/mvn.gate ]]; then read -r <"${0%/*}/mvn.gate"; fi
            if [[ -e ${0%/*}/mvn.fails ]]; then echo "[ERROR] what Maven says"; exit 1; fi
            touch target/conduit.jar
            """;

    private static final String JAVA =
            """
            #!/usr/bin/env bash
            home='HOME'
            case $* in
            -version)
                echo 'openjdk version "VERSION" 2026-04-21' >&2
                ;;
            "-XshowSettings:properties -version")
                echo "    java.home = $home" >&2
                ;;
            *)
                if { true >&9; } 2>/dev/null; then echo "the build lock leaked into the JVM" >&2; fi
                printf '%s\\0' "$home" $$ "$@"
                ;;
            esac
            """;

    private final Path folder;
    private final Path root;
    private final Path tools;
    private final Map<String, String> environment = new HashMap<>();
    private final List<Process> processes = new ArrayList<>();

    /** What one start of the launcher came to. */
    record Run(int exitCode, List<String> output, List<String> complaints) {
        Run {
            output = List.copyOf(output);
            complaints = List.copyOf(complaints);
        }

        Path jvm() {
            return Path.of(output.get(0));
        }

        long pidOfTheJvm() {
            return Long.parseLong(output.get(1));
        }

        List<String> jvmArguments() {
            return output.subList(2, output.size());
        }
    }

    /** Puts a checkout that was never built into {@code folder/name}. */
    Installation(Path folder, String name) throws IOException {
        this.folder = Files.createDirectories(folder).toRealPath();
        this.root = this.folder.resolve(name);
        this.tools = Files.createDirectories(this.folder.resolve("tools"));
        Files.createDirectories(source().getParent());
        Files.createFile(source());
        Files.createFile(pom());
        Files.copy(Path.of("conduit"), launcher());
        for (String tool : TOOLS) {
            Optional<Path> program = onPath(tool);
            if (program.isPresent()) {
                Files.createSymbolicLink(tools.resolve(tool), program.get());
            }
        }
        script(maven(), MAVEN);
        environment.put("PATH", tools.toString());
        environment.put("HOME", this.folder.toString());
        environment.put("CONDUIT_JVM_DIRS", usualFolder() + "/*");
    }

    /** Where this machine has the program. */
    static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    Path launcher() {
        return root.resolve("conduit");
    }

    Path pom() {
        return root.resolve("pom.xml");
    }

    Path source() {
        return root.resolve("src/main/java/conduit/Conduit.java");
    }

    Path jar() {
        return root.resolve("target/conduit.jar");
    }

    Path maven() {
        return tools.resolve("mvn");
    }

    /** A folder for JVMs that the launcher searches by itself. */
    Path usualFolder() {
        return folder.resolve("usual jvms");
    }

    /** A folder for JVMs that nobody searches. */
    Path hiddenFolder() {
        return folder.resolve("hidden jvms");
    }

    /** Lays a JVM that can build. */
    static Path jdk(Path folder, String version) throws IOException {
        Path jdk = jre(folder, version);
        script(jdk.resolve("bin/javac"), "#!/usr/bin/env bash\n");
        return jdk;
    }

    /** Lays a JVM that can only run. */
    static Path jre(Path folder, String version) throws IOException {
        Path jre = Files.createDirectories(folder.resolve("java-" + version));
        Files.createDirectories(jre.resolve("bin"));
        script(
                jre.resolve("bin/java"),
                JAVA.replace("VERSION", version).replace("HOME", jre.toString()));
        Files.writeString(
                jre.resolve("release"),
                "JAVA_RUNTIME_VERSION=\"99\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jre;
    }

    void linkOnPath(Path jvm) throws IOException {
        Files.createSymbolicLink(tools.resolve("java"), jvm.resolve("bin/java"));
    }

    /** Puts a program on the PATH that only passes its arguments to the real java. */
    void stubOnPath(Path jvm) throws IOException {
        script(
                tools.resolve("java"),
                "#!/usr/bin/env bash\nexec '" + jvm.resolve("bin/java") + "' \"$@\"\n");
    }

    void setVariable(String name, String value) {
        environment.put(name, value);
    }

    /** Leaves a finished build behind, and only sources older than it. */
    void build() throws IOException {
        Files.createDirectories(jar().getParent());
        Files.setLastModifiedTime(Files.createFile(jar()), when(0));
        try (Stream<Path> sources = Files.walk(root.resolve("src/main"))) {
            for (Path path : sources.toList()) {
                Files.setLastModifiedTime(path, when(-1));
            }
        }
        Files.setLastModifiedTime(pom(), when(-1));
    }

    /** A time so many seconds after the build that {@link #build} left behind. */
    static FileTime when(int secondsAfterTheBuild) {
        return FileTime.from(BUILT.plusSeconds(secondsAfterTheBuild));
    }

    /** Sets a time just after the start of the build that is under way. */
    void editDuringTheBuild(Path path) throws IOException {
        Instant start = Files.getLastModifiedTime(root.resolve("target/.building")).toInstant();
        Files.setLastModifiedTime(path, FileTime.from(start.plus(Duration.ofNanos(1000))));
    }

    void breakMaven() throws IOException {
        Files.createFile(tools.resolve("mvn.fails"));
    }

    /** Makes Maven wait in mid-build until {@link #openGate}. The channel is to stay open. */
    FileChannel gateMaven() throws IOException, InterruptedException {
        Path gate = tools.resolve("mvn.gate");
        int exitCode = new ProcessBuilder("mkfifo", gate.toString()).start().waitFor();
        if (exitCode != 0) {
            throw new IOException("mkfifo: exit code " + exitCode);
        }
        return FileChannel.open(gate, READ, WRITE); // both, or opening would wait for a reader
    }

    static void openGate(FileChannel gate) throws IOException {
        gate.write(ByteBuffer.wrap("go\n".getBytes(UTF_8)));
    }

    /** The JAVA_HOME and the arguments of each call, in order. */
    List<String> mavenCalls() throws IOException {
        Path calls = tools.resolve("mvn.calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    Run run(String... arguments) throws IOException, InterruptedException {
        return finish(start(launcher().toString(), arguments));
    }

    Process start(String launcher, String... arguments) throws IOException {
        return start(folder, launcher, arguments);
    }

    Process start(Path workingFolder, String launcher, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    static Run finish(Process process) throws IOException, InterruptedException {
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        List<String> complaints = process.errorReader().lines().toList();
        List<String> strings = output.isEmpty() ? List.of() : List.of(output.split("\0", -1));
        // A NUL ends each string, so an empty rest stands behind the last.
        return new Run(
                process.waitFor(), strings.subList(0, Math.max(0, strings.size() - 1)), complaints);
    }

    @Override
    public void close() throws IOException {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        for (String tool : TOOLS) { // JUnit complains of links that lead out of its folder
            Files.deleteIfExists(tools.resolve(tool));
        }
    }

    private static void script(Path path, String text) throws IOException {
        Files.writeString(path, text);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
