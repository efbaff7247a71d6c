package conduit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Installed;
import conduit.e2e.kit.NetworkNamespace;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** The addresses of a machine, which come and go. */
class HostAddressesTest {

    @Test
    void findsAnAddressThatHasJustCome() {
        Installed.program("ip");
        InetAddress address = InetAddress.ofLiteral("192.0.2.77");
        try (NetworkNamespace machine = NetworkNamespace.open()) {
            boolean before = machine.call(() -> HostAddresses.includeAlsoNew(address));
            machine.run("ip link set lo up && ip addr add 192.0.2.77/32 dev lo");
            boolean after = machine.call(() -> HostAddresses.includeAlsoNew(address));
            assertThat(before).isFalse();
            assertThat(after).isTrue();
        }
    }
}
