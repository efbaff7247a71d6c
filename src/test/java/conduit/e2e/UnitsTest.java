package conduit.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Installed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd itself says to the units in {@code packaging/systemd}. */
class UnitsTest {

    private static final Path UNITS = Path.of("packaging", "systemd");

    /** In tenths, of ten: what is left is the network, the JVM's compiler and /proc. */
    private static final int MOST_EXPOSED = 13;

    /** With a capability that works in the network of the machine. */
    private static final int MOST_EXPOSED_TRANSPARENT = 17;

    @TempDir Path folder;

    @BeforeEach
    void install() throws IOException {
        // verify wants the program to be there.
        String service =
                Files.readString(UNITS.resolve("conduit.service"))
                        .replace(
                                "/opt/conduit/conduit", Path.of("conduit").toRealPath().toString());
        Files.writeString(folder.resolve("conduit.service"), service);
        Files.copy(UNITS.resolve("conduit.socket"), folder.resolve("conduit.socket"));
    }

    private void makeTransparent() throws IOException {
        Path dropIns = Files.createDirectory(folder.resolve("conduit.service.d"));
        Files.copy(UNITS.resolve("conduit-transparent.conf"), dropIns.resolve("transparent.conf"));
    }

    private String analyze(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Installed.program("systemd-analyze")));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private String verify() throws Exception {
        return analyze(
                "verify",
                "--man=no",
                folder.resolve("conduit.service").toString(),
                folder.resolve("conduit.socket").toString());
    }

    private String security(int most) throws Exception {
        return analyze(
                "security",
                "--offline=true",
                "--no-pager",
                "--threshold=" + most,
                folder.resolve("conduit.service").toString());
    }

    @Test
    void theUnitsAreRight() throws Exception {
        assertThat(verify()).isEmpty();
        security(MOST_EXPOSED);
    }

    @Test
    void soTheyAreInTransparentMode() throws Exception {
        makeTransparent();
        assertThat(verify()).isEmpty();
        assertThat(security(MOST_EXPOSED_TRANSPARENT))
                .contains("process receives ambient capabilities");
    }

    @Test
    void nobodyElseMaySayThatTheServiceIsReady() throws IOException {
        assertThat(Files.readAllLines(folder.resolve("conduit.service")))
                .contains("Type=notify", "NotifyAccess=main", "WatchdogSec=30s");
    }
}
