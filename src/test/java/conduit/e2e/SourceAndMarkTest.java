package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whom the origin sees, and what conduit may not do; from the command line on. */
@EnabledOnOs(OS.LINUX)
class SourceAndMarkTest {

    /** From a block for documentation, so that no machine has it. */
    private static final String FOREIGN = "192.0.2.77";

    @ParameterizedTest
    @EnumSource
    void dialsFromTheAddressThatItIsGiven(Wiring wiring) throws IOException {
        try (TestProxy proxy = TestProxy.with("--bind-address=127.0.0.9");
                Origin origin = Origin.listen();
                Peer client = wiring.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            assertThat(remote.otherEnd().getAddress())
                    .isEqualTo(InetAddress.ofLiteral("127.0.0.9"));
            client.finish();
        }
    }

    @Test
    void doesNotStartWithAnAddressOfAnotherMachine() throws InterruptedException {
        Finished refused = Launch.withBothListeners("--bind-address=" + FOREIGN).run();
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(1);
        assertThat(refused.errors())
                .containsExactly(
                        "conduit: cannot dial from 192.0.2.77: no interface of this machine has"
                                + " that address");
    }

    @Test
    void doesNotStartWithAMarkThatItMayNotSet() throws InterruptedException {
        Finished refused = unprivileged(Launch.withBothListeners("--fwmark=42")).run();
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(1);
        assertThat(refused.errors())
                .containsExactly(
                        "conduit: cannot dial with the mark 0x2a: permission denied (it needs CAP_NET_RAW or"
                                + " CAP_NET_ADMIN)");
    }

    @Test
    void doesNotStartWhereItMayNotDialFromTheAddressesOfClients() throws InterruptedException {
        Launch spoofing = Launch.withOnly("--tproxy-listen=127.0.0.1:0", "--tproxy-spoof-source");
        Finished refused = unprivileged(spoofing).run();
        assertThat(refused.exitCode()).as("%s", refused).isEqualTo(1);
        assertThat(refused.errors())
                .containsExactly(
                        "conduit: cannot dial from the addresses of clients: permission denied (it"
                                + " needs CAP_NET_RAW or CAP_NET_ADMIN)");
    }

    /** Root is one without these two; since Linux 5.17 either of them will do. */
    private static Launch unprivileged(Launch launch) {
        return System.getProperty("user.name").equals("root")
                ? launch.under("setpriv", "--bounding-set=-net_admin,-net_raw")
                : launch;
    }
}
