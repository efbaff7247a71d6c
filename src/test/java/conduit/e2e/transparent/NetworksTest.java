package conduit.e2e.transparent;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Installed;
import org.junit.jupiter.api.Test;

/** What the tests of this package stand on. */
class NetworksTest {

    /** Or a test that compares routes before and after finds what was not of its doing. */
    @Test
    void haveAllTheirAddressesFromTheBeginning() {
        Installed.program("ip");
        try (Networks networks = new Networks()) {
            assertThat(networks.onGateway("ip -6 addr show tentative")).isEmpty();
            assertThat(networks.onGateway("ip -6 route show table local"))
                    .containsPattern("local fe80:\\S+ dev c0 ")
                    .containsPattern("local fe80:\\S+ dev s0 ");
        }
    }
}
