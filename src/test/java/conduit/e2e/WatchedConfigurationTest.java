package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Strace;
import conduit.e2e.kit.TestProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code --watch-config}, where the kernel does not tell of a change. */
class WatchedConfigurationTest {

    private static final String BOTH =
            """
            http-listen = "127.0.0.1:0"
            socks5-listen = "127.0.0.1:0"
            """;

    /** Of glibc it depends on the processor which one it is. */
    private static final String INOTIFY = "?inotify_init,inotify_init1";

    @TempDir private Path folder;

    private static void change(Path file, int seconds) throws IOException {
        Path fresh =
                Files.writeString(
                        file.resolveSibling("fresh"),
                        BOTH + "dial-timeout = '%ds'\n".formatted(seconds));
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file() throws IOException {
        Path file = folder.resolve("conduit.toml");
        change(file, 1);
        return file;
    }

    private static Launch watching(Path file) {
        return Launch.withOnly("--config=" + file, "--watch-config");
    }

    /** A change that comes while the watch begins may be seen twice, and is one the first time. */
    private static void awaitChanges(TestProxy proxy, int count) {
        assertThat(proxy.awaitLog(" reloaded: dial-timeout", count)).hasSize(count);
    }

    /** fs.inotify.max_user_instances and max_user_watches, which are the whole machine's. */
    @ParameterizedTest
    @ValueSource(strings = {INOTIFY + ":error=EMFILE", "inotify_add_watch:error=ENOSPC"})
    void looksItselfWhereInotifyHasNothingLeft(String failure) throws Exception {
        Path file = file();
        try (TestProxy proxy = Strace.tampering(watching(file), failure).start()) {
            assertThat(proxy.awaitLog("looking every second"))
                    .contains("WARN", file + ": cannot be watched", "limit of inotify");
            change(file, 2);
            awaitChanges(proxy, 1);
            int descriptors = proxy.descriptorsAtRest();
            change(file, 3);
            awaitChanges(proxy, 2);
            assertThat(proxy.log())
                    .filteredOn(line -> line.contains("looking every second"))
                    .hasSize(1);
            proxy.awaitDescriptors(descriptors);
        }
    }

    /** As some file systems of other machines: watches can be had, and nothing comes of them. */
    @Test
    void looksNowAndThenWhereNothingIsToldOfChanges() throws Exception {
        Path file = file();
        Launch launch = watching(file);
        try (TestProxy proxy = Strace.tampering(launch, "inotify_add_watch:retval=1").start()) {
            proxy.awaitLog("listening: ", 2);
            change(file, 2);
            awaitChanges(proxy, 1);
            // The first one may have come before the watch has looked for the first time.
            change(file, 3);
            awaitChanges(proxy, 2);
            assertThat(proxy.log()).noneMatch(line -> line.contains("cannot be watched"));
        }
    }

    /** In neither of the two folders that the file is in anything happens. */
    @Test
    void noticesALinkAboveItsFolderThatIsSetAnew() throws Exception {
        Path first = Files.createDirectory(folder.resolve("1")).resolve("conduit.toml");
        Path second = Files.createDirectory(folder.resolve("2")).resolve("conduit.toml");
        change(first, 1);
        change(second, 3);
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("1"));
        try (TestProxy proxy = watching(link.resolve("conduit.toml")).start()) {
            proxy.awaitLog("listening: ", 2);
            change(first, 2);
            awaitChanges(proxy, 1);
            Path next = Files.createSymbolicLink(folder.resolve("next"), Path.of("2"));
            Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
            awaitChanges(proxy, 2);
            // And is watched where it is now.
            change(second, 4);
            awaitChanges(proxy, 3);
        }
    }

    @Test
    void noticesAChangeBeforeItBegan() throws Exception {
        Path file = file();
        String slowly = INOTIFY + ":delay_enter=3s";
        try (TestProxy proxy = Strace.tampering(watching(file), slowly).start()) {
            proxy.awaitLog("listening: ", 2);
            change(file, 2);
            awaitChanges(proxy, 1);
        }
    }
}
