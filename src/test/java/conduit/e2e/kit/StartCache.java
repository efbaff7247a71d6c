package conduit.e2e.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The program's classes as the JVM found them when one conduit was started for this purpose (an AOT
 * cache, JEP 514): the hundreds that the tests start need half the time. Where none can be made, or
 * a JVM cannot use it, they start as they would without.
 */
final class StartCache {

    private static final Path CACHE = made();

    private StartCache() {}

    /** The JVM options with which a start uses it, and prints nothing about it. */
    static List<String> options() {
        return Files.exists(CACHE) ? options(CACHE) : List.of();
    }

    static List<String> options(Path cache) {
        return List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off");
    }

    private static Path made() {
        try {
            return MadeOnce.file(ProgramJar.companion(".aot"), StartCache::train);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What nearly every test has a conduit do, so that the classes for it are known. */
    private static void serve(TestProxy proxy) throws IOException {
        for (Wiring wiring : Wiring.values()) {
            try (Origin origin = Origin.listen();
                    Peer client = wiring.ask(proxy, origin.target());
                    Peer remote = origin.accept()) {
                remote.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody");
                remote.finish();
                client.finish();
                client.readToClose();
            }
        }
        proxy.provokeLeakReports();
    }

    /** One that fails has a reason of which the tests will hear as well. */
    private static void train(Path output) throws IOException {
        try (TestProxy proxy =
                Launch.withBothListeners()
                        .onJvm("-XX:AOTCacheOutput=" + output, "-Xlog:disable")
                        .start()) {
            serve(proxy);
            proxy.terminate();
        } catch (AssertionError | IOException e) {
            System.err.println("the tests start conduit without an AOT cache: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
