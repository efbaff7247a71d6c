package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.Background;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Told to stop, the program lets what is under way come to its end first. */
class DrainTest {

    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    private static void expectRefused(InetSocketAddress listener) {
        assertThatThrownBy(() -> Peer.to(listener).close()).isInstanceOf(ConnectException.class);
    }

    @Test
    void letsTunnelsComeToTheirEndAndStopsWithTheLast() throws Exception {
        try (TestProxy proxy = TestProxy.with("--drain-timeout=1h");
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer tunnel = Wiring.CONNECT.open(proxy, origin.target());
                Peer another = Wiring.SOCKS5.open(proxy, origin.target())) {
            InetSocketAddress listener = proxy.http();
            Background<Integer> end = Background.of(proxy::terminate);
            await().untilAsserted(() -> expectRefused(listener));
            assertThat(tunnel.write("still").readText(5)).isEqualTo("still");
            tunnel.finish();
            tunnel.expectEnd();
            assertThat(another.write("still").readText(5)).isEqualTo("still");
            another.finish();
            another.expectEnd();
            assertThat(end.result()).as("exit code").isEqualTo(0);
            assertThat(proxy.log().getLast()).endsWith("2 ended by themselves, 0 cut");
        }
    }

    @Test
    void closesHttpConnectionsBehindTheirAnswerAndIdleOnesAtOnce() throws Exception {
        try (TestProxy proxy = TestProxy.with("--drain-timeout=1h");
                Origin origin = Origin.listen();
                Peer idle = Wiring.FORWARD.ask(proxy, origin.target())) {
            origin.accept().write(ANSWER);
            assertThat(Head.read(idle.in()).values("Connection")).isEmpty();
            assertThat(idle.readText(2)).isEqualTo("ok");
            Peer silent = Peer.to(proxy.http());
            Peer asking = Wiring.FORWARD.ask(proxy, origin.target());
            Peer asked = origin.accept();
            Background<Integer> end = Background.of(proxy::terminate);
            idle.expectClosed();
            asked.write(ANSWER);
            assertThat(Head.read(asking.in()).values("Connection")).containsExactly("close");
            assertThat(asking.readToClose()).isEqualTo("ok");
            // It came before the end, and is served.
            silent.write(Wiring.FORWARD.request(origin.target()));
            origin.accept().write(ANSWER);
            assertThat(Head.read(silent.in()).values("Connection")).containsExactly("close");
            assertThat(silent.readToClose()).isEqualTo("ok");
            assertThat(end.result()).as("exit code").isEqualTo(0);
            assertThat(proxy.log().getLast()).endsWith("2 ended by themselves, 0 cut");
            for (Peer each : List.of(silent, asking, asked)) {
                each.close();
            }
        }
    }

    @Test
    void cutsWhatIsLeftWhenItsTimeIsOver() throws Exception {
        try (TestProxy proxy = TestProxy.with("--drain-timeout=200ms");
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer tunnel = Wiring.CONNECT.open(proxy, origin.target())) {
            assertThat(proxy.terminate()).as("exit code").isEqualTo(0);
            tunnel.expectClosed();
            assertThat(proxy.accessLineOf(tunnel).outcome()).isEqualTo("stopped");
            assertThat(proxy.log().getLast()).endsWith("0 ended by themselves, 1 cut");
        }
    }

    @Test
    void endsAtOnceWhenToldOnceMore() throws Exception {
        try (TestProxy proxy = TestProxy.with("--drain-timeout=1h", "--shutdown-delay=1h");
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer tunnel = Wiring.CONNECT.open(proxy, origin.target())) {
            Background<Integer> end = Background.of(proxy::terminate);
            proxy.awaitLog("stopping: accepting for another 3600 s");
            // As before, until the delay is over.
            Wiring.SOCKS5.open(proxy, origin.target()).close();
            assertThat(proxy.terminate()).as("exit code").isEqualTo(0);
            assertThat(end.result()).isEqualTo(0);
            tunnel.expectClosed();
        }
    }

    @Test
    void tellsEveryFewSecondsHowFarItIs() throws Exception {
        try (TestProxy proxy = TestProxy.with("--drain-timeout=1h");
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer tunnel = Wiring.CONNECT.open(proxy, origin.target())) {
            Background<Integer> end = Background.of(proxy::terminate);
            assertThat(proxy.awaitLog("connections left")).endsWith(": 1");
            tunnel.finish();
            tunnel.expectEnd();
            assertThat(end.result()).isEqualTo(0);
        }
    }
}
