package conduit.e2e.kit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A systemd of its own (systemd-container.sh), with conduit as it is built at the moment in {@code
 * /opt/conduit}. Ends with this process at the latest. Only root may have one.
 */
public final class SystemdContainer implements AutoCloseable {

    private static final String SCRIPT = "systemd-container.sh";

    /** What a command here may take; some wait for a watchdog, or for a JVM to start ten times. */
    private static final int LONGEST_SECONDS = 120;

    /** For commands: tries until something is so, or for half a minute. */
    private static final String UNTIL =
            """
            until_so() {
                local tries
                for ((tries = 0; tries < 300; tries++)); do
                    if "$@"; then return; fi
                    sleep 0.1
                done
                echo "not so: $*"
                return 1
            }
            """;

    private final Process container;
    private final String init;

    private SystemdContainer(Process container, String init) {
        this.container = container;
        this.init = init;
    }

    /** Boots one; the folder is for what it needs meanwhile. */
    public static SystemdContainer boot(Path folder) throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Files.getOwner(Path.of("/proc/self")).getName().equals("root"),
                "a container needs root");
        for (String program : List.of("systemctl", "unshare", "nsenter", "setpriv", "ip")) {
            Installed.program(program);
        }
        Path script = folder.resolve(SCRIPT);
        try (var source = SystemdContainer.class.getResourceAsStream(SCRIPT)) {
            Files.copy(source, script);
        }
        Process process =
                new ProcessBuilder(
                                "bash",
                                script.toString(),
                                Files.createDirectory(folder.resolve("mounts")).toString(),
                                program(folder.resolve("conduit")).toString())
                        .redirectError(folder.resolve("boot").toFile())
                        .start();
        String init = process.inputReader().readLine();
        assertThat(init).as(() -> bootMessages(folder)).isNotNull();
        SystemdContainer booted = new SystemdContainer(process, init);
        booted.run(
                """
                is_up() { [[ $(systemctl is-system-running 2>&1) =~ ^(running|degraded)$ ]]; }
                until_so is_up
                """);
        return booted;
    }

    private static String bootMessages(Path folder) {
        try {
            return Files.readString(folder.resolve("boot"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** conduit's folder after a build: the launcher, the units, the jar and what it needs. */
    private static Path program(Path folder) throws IOException {
        Path lib = Files.createDirectories(folder.resolve("target/lib"));
        List<Path> jars =
                Stream.of(ProgramJar.classPath().split(File.pathSeparator, -1))
                        .map(Path::of)
                        .toList();
        for (Path jar : jars) {
            Files.copy(jar, lib.resolve(jar.getFileName()));
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "conduit.Conduit");
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        jars.stream()
                                .map(jar -> "lib/" + jar.getFileName())
                                .collect(Collectors.joining(" ")));
        // The launcher builds where something is newer than the jar, so that comes last.
        Files.createDirectories(folder.resolve("src/main"));
        for (String name : List.of("conduit", "pom.xml", "packaging", "docs")) {
            copy(Path.of(name), folder.resolve(name));
        }
        try (OutputStream jar = Files.newOutputStream(folder.resolve("target/conduit.jar"))) {
            new JarOutputStream(jar, manifest).close();
        }
        return folder;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    /** Runs commands of bash inside, each of which must succeed; what they said. */
    public String run(String commands) throws IOException, InterruptedException {
        Process shell =
                new ProcessBuilder(
                                "nsenter",
                                "--all",
                                "--target=" + init,
                                "env",
                                "-i",
                                "HOME=/root",
                                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                "timeout",
                                Integer.toString(LONGEST_SECONDS),
                                "bash",
                                "-euo",
                                "pipefail")
                        .redirectErrorStream(true)
                        .start();
        try (var input = shell.outputWriter(UTF_8)) {
            input.write(UNTIL + "trap 'journalctl --lines=30 >&2' ERR\n" + commands);
        }
        String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertThat(shell.waitFor()).as("%s\n%s", commands, said).isZero();
        return said;
    }

    @Override
    public void close() throws IOException {
        container.getOutputStream().close();
        try {
            assertThat(container.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS))
                    .as("the container ends")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            container.destroyForcibly();
        }
    }
}
