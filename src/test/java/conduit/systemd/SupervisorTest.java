package conduit.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.ServiceManager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SupervisorTest {

    private static final long PID = 4711;

    @Test
    void saysNothingWhereNobodyAsked() {
        Supervisor nobody = Supervisor.of(Map.of("WATCHDOG_USEC", "1000000"), PID);
        assertThat(nobody.isThere()).isFalse();
        assertThat(nobody.watchdog()).isEmpty();
        nobody.ready("serving");
        nobody.reloading();
        nobody.stopping(Duration.ofSeconds(30));
    }

    @Test
    void saysWhenAReloadBegan(@TempDir Path folder) {
        String address = folder.resolve("notify").toString();
        try (ServiceManager systemd = ServiceManager.at(address)) {
            Supervisor.of(Map.of("NOTIFY_SOCKET", address), PID).reloading();
            assertThat(systemd.await(_ -> true))
                    .matches("RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*\nSTATUS=reloading");
        }
    }

    @Test
    void saysWithTheNextStatusWhatCouldNotBeSaid(@TempDir Path folder) {
        String address = folder.resolve("notify").toString();
        Supervisor early = Supervisor.of(Map.of("NOTIFY_SOCKET", address), PID);
        early.ready("one");
        try (ServiceManager systemd = ServiceManager.at(address)) {
            early.status("two");
            systemd.await("STATUS=two"::equals);
            assertThat(systemd.told()).containsExactly("READY=1\nSTATUS=one", "STATUS=two");
        }
    }

    @Test
    void theWatchdogIsOursOnly() {
        Map<String, String> ours =
                Map.of(
                        "NOTIFY_SOCKET", "@x",
                        "WATCHDOG_USEC", "30000000",
                        "WATCHDOG_PID", "4711");
        assertThat(Supervisor.of(ours, PID).watchdog()).contains(Duration.ofSeconds(30));
        assertThat(Supervisor.of(ours, PID + 1).watchdog()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1s", "99999999999999999999"})
    void aWatchdogThatMakesNoSenseIsNone(String micros) {
        Map<String, String> environment = Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_USEC", micros);
        assertThat(Supervisor.of(environment, PID).watchdog()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "vsock:2:1234", "@"})
    void anAddressThatIsNoneIsNobody(String address) {
        Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", address), PID);
        supervisor.ready("serving");
        supervisor.alive();
    }
}
