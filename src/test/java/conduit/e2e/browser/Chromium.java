package conduit.e2e.browser;

import conduit.e2e.kit.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Debian's Chromium without a window, which shows one page until it is closed. Owned by the test;
 * closing it waits for the end of all its processes, so that its folder can be deleted.
 */
public final class Chromium implements AutoCloseable {

    private static final long LONGEST_END_SECONDS = 10;

    private final Process process;
    private final Path errors;

    private Chromium(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
    }

    /**
     * Starts it.
     *
     * @param proxy a URL; everything goes through it, also what goes to this machine
     * @param folder where it keeps everything; nothing of its user's is read or written
     */
    public static Chromium show(String url, String proxy, Path folder) throws IOException {
        return start(url, proxy, folder, List.of());
    }

    /** The same with its developer tools listening; what it says tells where. */
    public static Chromium withDevTools(String url, String proxy, Path folder) throws IOException {
        return start(url, proxy, folder, List.of("--remote-debugging-port=0"));
    }

    private static Chromium start(String url, String proxy, Path folder, List<String> more)
            throws IOException {
        Path errors = folder.resolve("errors");
        List<String> usual =
                List.of(
                        Installed.program("chromium"),
                        "--headless",
                        "--no-sandbox", // which cannot be had by root
                        "--disable-gpu",
                        "--disable-dev-shm-usage", // in a container it may be too small
                        "--user-data-dir=" + folder,
                        "--no-first-run",
                        // Little but the page.
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--disable-extensions",
                        "--disable-breakpad",
                        "--disable-features=OptimizationHints,MediaRouter",
                        "--proxy-server=" + proxy,
                        // Otherwise it goes to loopback addresses by itself.
                        "--proxy-bypass-list=<-loopback>");
        List<String> command = Stream.of(usual, more, List.of(url)).flatMap(List::stream).toList();
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(errors.toFile());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("TMPDIR", folder.toString());
        return new Chromium(builder.start(), errors);
    }

    /** What it has said. */
    public String errors() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() {
        List<ProcessHandle> all =
                Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        process.destroy();
        process.onExit().completeOnTimeout(process, LONGEST_END_SECONDS, TimeUnit.SECONDS).join();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
    }
}
