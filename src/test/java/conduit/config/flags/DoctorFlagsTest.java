package conduit.config.flags;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.config.Examination;
import conduit.config.Fwmark;
import conduit.config.SeenAs;
import conduit.config.flags.Invocation.Examine;
import conduit.config.flags.Invocation.Mistake;
import conduit.config.flags.Invocation.Print;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code conduit doctor} in front of the command line that conduit is started with. */
class DoctorFlagsTest {

    private static Invocation on(String system, String... args) {
        return CommandLineReader.read(system, args);
    }

    private static Examination asked(String... args) {
        return ((Examine) on("Linux", args)).examination();
    }

    private static String mistake(Invocation invocation) {
        return ((Mistake) invocation).line();
    }

    @Test
    void keepsTheProxysOwnFlagsAndNotItsOwn() {
        Examination asked =
                asked(
                        "doctor",
                        "--json",
                        "--tproxy-listen",
                        "[::]:8081",
                        "--connections=5",
                        "--fwmark=7",
                        "--canary");
        assertThat(asked.startedWith()).containsExactly("--tproxy-listen=[::]:8081", "--fwmark=7");
        assertThat(asked.ports()).containsExactly(8081);
        assertThat(asked.mark()).contains(new Fwmark(7));
        assertThat(asked.connections()).isEqualTo(5);
        assertThat(asked.canary()).isEqualTo(Examination.Canary.SENT);
        assertThat(asked.form()).isEqualTo(Examination.Form.JSON);
    }

    @Test
    void takesEveryFlagOfTheProxy() {
        CommandLine proxy = CommandLineReader.commandLine();
        CommandLine doctor = Objects.requireNonNull(proxy.getSubcommands().get("doctor"));
        assertThat(doctor.getCommandSpec().optionsMap().keySet())
                .containsAll(
                        proxy.getCommandSpec().optionsMap().keySet().stream()
                                .filter(flag -> !Set.of("-V", "--version").contains(flag))
                                .toList());
    }

    @Test
    void needsNoListener() {
        Examination asked = asked("doctor");
        assertThat(asked.listeners()).isEmpty();
        assertThat(asked.connections()).isEqualTo(10_000);
        assertThat(asked.canary()).isEqualTo(Examination.Canary.KEPT);
        assertThat(asked.form()).isEqualTo(Examination.Form.TEXT);
    }

    @Test
    void keepsAFlagWithoutAValueAsItWasGiven() {
        Examination asked = asked("doctor", "--tproxy-listen=[::]:8081", "--tproxy-spoof-source");
        assertThat(asked.startedWith())
                .containsExactly("--tproxy-listen=[::]:8081", "--tproxy-spoof-source");
        assertThat(asked.seenAs()).isEqualTo(SeenAs.CLIENT);
    }

    @Test
    void refusesWhatConduitRefuses() {
        assertThat(mistake(on("Linux", "doctor", "--tproxy-spoof-source")))
                .contains("it has no use without --tproxy-listen");
        assertThat(mistake(on("Linux", "doctor", "--upstream-mode=http"))).contains("--upstream");
    }

    @Test
    void takesMistakesForMistakes() {
        assertThat(mistake(on("Linux", "doctor", "--connections=0")))
                .startsWith("conduit: --connections: '0' is not a number of tunnels");
        assertThat(mistake(on("Linux", "doctor", "--canari"))).endsWith("expected --canary");
        assertThat(mistake(on("Linux", "doctor", "--tproxy-listen=[::]:1", "--http-listen=[::]:1")))
                .contains("has a listener already");
        assertThat(mistake(on("Mac OS X", "doctor"))).contains("Linux");
        assertThat(on("Linux", "doctor", "--help")).isInstanceOf(Print.class);
    }
}
