package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Blackhole;
import conduit.e2e.kit.EveryWay;
import conduit.e2e.kit.ExpectedRefusal;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.ProxyPerUpstream;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.Upstream;
import conduit.e2e.kit.Way;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Why a destination could not be reached is said to the client and in the log, by its own name,
 * also when it was a parent that could not reach it.
 */
class RefusedDestinationTest {

    /** The broadcast address of the loopback network: TCP gets ENETUNREACH, and nothing is sent. */
    private static final Target UNREACHABLE_IPV4 = new Target("127.255.255.255", 9);

    /** A multicast address that never leaves the interface: ENETUNREACH as well. */
    private static final Target UNREACHABLE_IPV6 = new Target("ff01::1", 9);

    private static final String REFUSED = "by=remote phase=connect errno=ECONNREFUSED";
    private static final String SILENT = "by=remote phase=connect errno=-";

    /** It is this machine that has no route. */
    private static final String NO_ROUTE = "by=us phase=connect errno=ENETUNREACH";

    @AutoClose
    private static final ProxyPerUpstream proxies = ProxyPerUpstream.with("--dial-timeout=500ms");

    @EveryWay
    void saysThatTheConnectionWasRefused(Way way) throws IOException {
        Target closed = Target.closed(way.family());
        expectRefusal(way, closed, ExpectedRefusal.CONNECTION_REFUSED, REFUSED);
    }

    @ParameterizedTest
    @MethodSource("conduit.e2e.kit.Way#nine")
    void saysThatAnIpv4NetworkIsUnreachable(Way way) throws IOException {
        expectUnreachableFromHere(UNREACHABLE_IPV4);
        expectRefusal(way, UNREACHABLE_IPV4, ExpectedRefusal.NETWORK_UNREACHABLE, NO_ROUTE);
    }

    @ParameterizedTest
    @MethodSource("conduit.e2e.kit.Way#nine")
    void saysThatAnIpv6NetworkIsUnreachable(Way way) throws IOException {
        expectUnreachableFromHere(UNREACHABLE_IPV6);
        expectRefusal(way, UNREACHABLE_IPV6, ExpectedRefusal.NETWORK_UNREACHABLE, NO_ROUTE);
    }

    @ParameterizedTest
    @MethodSource("conduit.e2e.kit.Way#nine")
    void saysThatConnectingTookTooLong(Way way) throws IOException {
        try (Blackhole nowhere = Blackhole.open()) {
            expectRefusal(way, nowhere.target(), ExpectedRefusal.CONNECT_TIMED_OUT, SILENT);
        }
    }

    private static void expectRefusal(Way way, Target target, ExpectedRefusal cause, String dialled)
            throws IOException {
        ExpectedRefusal refusal = asReported(way.upstream(), cause);
        try (Peer client = way.wiring().ask(proxies.on(way), target)) {
            way.wiring().expectRefusal(client, refusal);
            AccessLine line = proxies.on(way).accessLineOf(client);
            assertThat(line.destination()).as("%s", line).isEqualTo(target.authority());
            if (way.passesTheParentsAnswerOn()) {
                assertThat(line.outcome()).as("%s", line).isEqualTo("completed");
                return;
            }
            assertThat(line.refusal()).as("%s", line).isEqualTo(refusal.name());
            assertThat(line.blame()).as("%s", line).isEqualTo(blame(way.upstream(), dialled));
            assertThat(line.detail()).as("%s", line).isNotBlank();
        }
    }

    /** A parent has fewer words than we have. */
    private static ExpectedRefusal asReported(Upstream upstream, ExpectedRefusal cause) {
        if (upstream == Upstream.SOCKS5 && cause.equals(ExpectedRefusal.CONNECT_TIMED_OUT)) {
            return ExpectedRefusal.HOST_UNREACHABLE;
        }
        if (upstream == Upstream.HTTP && cause.equals(ExpectedRefusal.NETWORK_UNREACHABLE)) {
            return ExpectedRefusal.HOST_UNREACHABLE;
        }
        return cause;
    }

    /** The kernel's own word is known only to who has dialled. */
    private static String blame(Upstream upstream, String dialled) {
        return upstream == Upstream.DIRECT ? dialled : "by=parent phase=handshake errno=-";
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
