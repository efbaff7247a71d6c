package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Blackhole;
import conduit.e2e.kit.EveryWay;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Way;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Why a destination could not be reached is said to the client and in the log, by its own name. */
class RefusedDestinationTest {

    /** The broadcast address of the loopback network: TCP gets ENETUNREACH, and nothing is sent. */
    private static final Target UNREACHABLE_IPV4 = new Target("127.255.255.255", 9);

    /** A multicast address that never leaves the interface: ENETUNREACH as well. */
    private static final Target UNREACHABLE_IPV6 = new Target("ff01::1", 9);

    @AutoClose private static final TestProxy proxy = TestProxy.with("--dial-timeout=500ms");

    @EveryWay
    void saysThatTheConnectionWasRefused(Way way) throws IOException {
        Target closed = Target.closed(way.family());
        expectRefusal(way.wiring(), closed, ExpectedRefusal.CONNECTION_REFUSED);
    }

    @ParameterizedTest
    @EnumSource
    void saysThatAnIpv4NetworkIsUnreachable(Wiring wiring) throws IOException {
        expectUnreachableFromHere(UNREACHABLE_IPV4);
        expectRefusal(wiring, UNREACHABLE_IPV4, ExpectedRefusal.NETWORK_UNREACHABLE);
    }

    @ParameterizedTest
    @EnumSource
    void saysThatAnIpv6NetworkIsUnreachable(Wiring wiring) throws IOException {
        expectUnreachableFromHere(UNREACHABLE_IPV6);
        expectRefusal(wiring, UNREACHABLE_IPV6, ExpectedRefusal.NETWORK_UNREACHABLE);
    }

    @ParameterizedTest
    @EnumSource
    void saysThatConnectingTookTooLong(Wiring wiring) throws IOException {
        try (Blackhole nowhere = Blackhole.open()) {
            expectRefusal(wiring, nowhere.target(), ExpectedRefusal.CONNECT_TIMED_OUT);
        }
    }

    private static void expectRefusal(Wiring wiring, Target target, ExpectedRefusal refusal)
            throws IOException {
        try (Peer client = wiring.ask(proxy, target)) {
            wiring.expectRefusal(client, refusal);
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.refusal()).as("%s", line).isEqualTo(refusal.name());
            assertThat(line.destination()).as("%s", line).isEqualTo(target.authority());
            assertThat(line.detail()).as("%s", line).isNotBlank();
        }
    }

    /** The kernel itself says so, at once; otherwise the test would test something else. */
    private static void expectUnreachableFromHere(Target target) throws IOException {
        try (Socket socket = new Socket()) {
            assertThatThrownBy(() -> socket.connect(target.address(), 5_000))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("Network is unreachable");
        }
    }
}
