package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Finished;
import conduit.e2e.kit.Head;
import conduit.e2e.kit.Installed;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.Target;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Told to stop, the program lets what is under way come to its end first. */
class DrainTest {

    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void letsTunnelsComeToTheirEndAndStopsWithTheLast() throws Exception {
        try (TestProxy proxy = TestProxy.with("--drain-timeout=1h");
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer tunnel = Wiring.CONNECT.open(proxy, origin.target());
                Peer another = Wiring.SOCKS5.open(proxy, origin.target())) {
            InetSocketAddress listener = proxy.http();
            Background<Integer> end = Background.of(proxy::terminate);
            await().untilAsserted(() -> Peer.expectNobodyAt(listener));
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

    private static boolean answers(Peer tunnel) {
        try {
            return tunnel.write("still").readText(5).equals("still");
        } catch (IOException ended) {
            return false;
        }
    }

    @Test
    void cutsIdleTunnelsFirstLeavesOthersAloneAndTellsHowFarItIs() throws Exception {
        try (TestProxy proxy = TestProxy.with("--drain-timeout=30s");
                Origin origin = Origin.listen().serving(Origin::echo);
                Peer idle = Wiring.CONNECT.open(proxy, origin.target());
                Peer busy = Wiring.CONNECT.open(proxy, origin.target())) {
            assertThat(answers(idle)).isTrue();
            Background<Integer> end = Background.of(proxy::terminate);
            await().atMost(PATIENCE)
                    .until(() -> {
                        assertThat(answers(busy)).isTrue();
                        return !proxy.accessLines().isEmpty();
                    });
            assertThat(proxy.awaitLog("connections left")).endsWith(": 2");
            idle.expectClosed();
            assertThat(proxy.accessLineOf(idle).outcome()).isEqualTo("stopped");
            assertThat(answers(busy)).isTrue();
            busy.finish();
            busy.expectEnd();
            assertThat(end.result()).as("exit code").isEqualTo(0);
            assertThat(proxy.accessLineOf(busy).outcome()).isEqualTo("completed");
            assertThat(proxy.log().getLast()).endsWith("1 ended by themselves, 1 cut");
        }
    }

    private static Peer asked(Origin web) throws IOException {
        Peer asked = web.accept();
        Head.read(asked.in());
        return asked;
    }

    /** Four, so that there is one for each round of the second half and one for the deadline. */
    @Test
    void cutsTheRestEvenlyThoseFirstThatAreSilentAndNoExchange() throws Exception {
        try (TestProxy proxy = TestProxy.with("--drain-timeout=6s");
                Origin origin = Origin.listen().serving(Origin::echo);
                Origin web = Origin.listen();
                // Silent for longest.
                Peer asking = Wiring.FORWARD.ask(proxy, web.target());
                Peer asked = asked(web);
                Peer silent = Wiring.CONNECT.open(proxy, origin.target());
                Peer alsoSilent = Wiring.SOCKS5.open(proxy, origin.target());
                Peer busy = Wiring.CONNECT.open(proxy, origin.target());
                Peer alsoBusy = Wiring.SOCKS5.open(proxy, origin.target())) {
            Background<Integer> end = Background.of(proxy::terminate);
            await().atMost(PATIENCE)
                    .until(() -> {
                        boolean both = answers(busy) && answers(alsoBusy);
                        return !both || !proxy.accessLines().isEmpty();
                    });
            asked.write(ANSWER);
            assertThat(asking.readToClose()).endsWith("ok");
            await().atMost(PATIENCE).until(() -> !answers(busy) && !answers(alsoBusy));
            assertThat(end.result()).as("exit code").isEqualTo(0);
            assertThat(proxy.log().getLast()).endsWith("1 ended by themselves, 4 cut");
            List<AccessLine> cut =
                    proxy.accessLines().stream()
                            .filter(line -> line.outcome().equals("stopped"))
                            .toList();
            assertThat(cut.getFirst().client()).isIn(silent.address(), alsoSilent.address());
            assertThat(cut.getLast().client()).isIn(busy.address(), alsoBusy.address());
            assertThat(Duration.between(cut.getFirst().time(), cut.getLast().time()))
                    .isGreaterThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void logsAsCutUnderLoadWhatItHasCutAndNothingElse() throws Exception {
        List<Peer> finishing = new ArrayList<>();
        List<Peer> staying = new ArrayList<>();
        try (TestProxy proxy = TestProxy.with("--drain-timeout=4s");
                Origin origin = Origin.listen().serving(Origin::echo)) {
            for (int i = 0; i < 30; i++) {
                finishing.add(Wiring.CONNECT.open(proxy, origin.target()));
            }
            for (int i = 0; i < 20; i++) {
                staying.add(Wiring.SOCKS5.open(proxy, origin.target()));
            }
            List<Background<Boolean>> moving =
                    staying.stream()
                            .map(tunnel ->
                                    Background.doing(() -> {
                                        while (answers(tunnel)) {
                                            Thread.onSpinWait();
                                        }
                                    }))
                            .toList();
            Background<Integer> end = Background.of(proxy::terminate);
            proxy.awaitLog("open connections may go on");
            for (Peer tunnel : finishing) {
                assertThat(answers(tunnel)).isTrue();
                tunnel.finish();
                tunnel.expectEnd();
            }
            assertThat(end.result()).as("exit code").isEqualTo(0);
            for (Background<Boolean> one : moving) {
                assertThat(one.result()).isTrue();
            }
            for (Peer tunnel : finishing) {
                assertThat(proxy.accessLineOf(tunnel).outcome()).isEqualTo("completed");
            }
            for (Peer tunnel : staying) {
                assertThat(proxy.accessLineOf(tunnel).outcome()).isEqualTo("stopped");
            }
            assertThat(proxy.log().getLast()).endsWith("30 ended by themselves, 20 cut");
        } finally {
            for (Peer tunnel : finishing) {
                tunnel.close();
            }
            for (Peer tunnel : staying) {
                tunnel.close();
            }
        }
    }

    @Test
    void tellsCurlThatItsConnectionEnds() throws Exception {
        Installed.program("curl");
        try (TestProxy proxy = TestProxy.with("--drain-timeout=1h");
                Origin origin = Origin.listen()) {
            Background<Finished> curl =
                    Background.of(() ->
                            Finished.of(
                                    new ProcessBuilder(
                                                    "curl",
                                                    "-q",
                                                    "-sSi",
                                                    "--noproxy",
                                                    "",
                                                    "--max-time",
                                                    "50",
                                                    "-x",
                                                    "http://" + Target.of(proxy.http()),
                                                    origin.target().url("/"))
                                            .start()));
            Peer asked = origin.accept();
            Head.read(asked.in());
            Background<Integer> end = Background.of(proxy::terminate);
            proxy.awaitLog("open connections may go on");
            asked.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(curl.result().output()).containsIgnoringCase("\nConnection: close\r\n");
            assertThat(end.result()).as("exit code").isEqualTo(0);
        }
    }
}
