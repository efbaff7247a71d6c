package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Told to stop, the program stops: at once, completely, and with every tunnel accounted for. */
class SignalTest {

    private static final int SIGINT = 2;

    /** No JVM handles it by itself, so that it tells when conduit handles them all. */
    private static final int SIGUSR1 = 10;

    /** A start that takes seconds, so that a signal comes in its middle. */
    private static final String SLOWLY = "-Xint";

    @TempDir private Path folder;

    @FunctionalInterface
    private interface Stop {
        int send(TestProxy proxy) throws IOException, InterruptedException;
    }

    @Test
    void sigtermEndsTheProgramWithSuccess() throws Exception {
        stopsWithOpenTunnels(TestProxy::terminate);
    }

    @Test
    void sigintEndsTheProgramWithSuccess() throws Exception {
        stopsWithOpenTunnels(proxy -> {
            assumeFalse(proxy.ignores(SIGINT), "a shell started us with SIGINT ignored");
            return proxy.interrupt();
        });
    }

    private static void stopsWithOpenTunnels(Stop stop) throws Exception {
        try (TestProxy proxy = TestProxy.with();
                Origin origin = Origin.listen();
                Peer idle = Wiring.FORWARD.connect(proxy);
                Peer waiting = Wiring.FORWARD.ask(proxy, origin.target());
                Peer exchange = origin.accept()) {
            // More than one for each event loop.
            List<Peer> tunnels = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Wiring wiring = i % 2 == 0 ? Wiring.CONNECT : Wiring.SOCKS5;
                Peer client = wiring.open(proxy, origin.target()).write("some bytes");
                assertThat(origin.accept().readText(10)).isEqualTo("some bytes");
                tunnels.add(client);
            }

            assertThat(stop.send(proxy)).as("exit code").isEqualTo(0);
            exchange.readToClose();
            idle.expectClosed();
            for (Peer tunnel : tunnels) {
                tunnel.expectClosed();
            }
            assertThat(stoppedLines(proxy))
                    .as("clients whose line says stopped")
                    .containsAll(addresses(tunnels))
                    .contains(waiting.address());
        }
    }

    @Test
    void aStreamThatIsCutShortDoesNotLookWhole() throws Exception {
        try (TestProxy proxy = TestProxy.with();
                Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            Background<Boolean> writing =
                    Load.ofMegabytes(64, 1).writeToAStandstill(origin.accept());
            assertThat(proxy.terminate()).isEqualTo(0);
            client.expectReset();
            assertThat(writing.endsSomehow()).isFalse();
        }
    }

    private static List<InetSocketAddress> stoppedLines(TestProxy proxy) {
        return proxy.accessLines().stream()
                .filter(line -> line.outcome().equals("stopped") && line.by().equals("us"))
                .map(AccessLine::client)
                .toList();
    }

    private static List<InetSocketAddress> addresses(List<Peer> peers) {
        return peers.stream().map(Peer::address).toList();
    }

    @Test
    void stopsWithSuccessAndListensOnNothingWhenToldToWhileItStarts() throws Exception {
        try (TestProxy proxy = Launch.withBothListeners().onJvm(SLOWLY).begin()) {
            proxy.awaitCatching(SIGUSR1);
            assertThat(proxy.terminate()).as("exit code").isZero();
            assertThat(proxy.log())
                    .singleElement()
                    .asString()
                    .endsWith("stopped before anything was listened on");
        }
    }

    @Test
    void reloadsOnceItIsReadyWhenToldToWhileItStarts() throws Exception {
        try (TestProxy proxy = Launch.withBothListeners().onJvm(SLOWLY).begin()) {
            proxy.awaitCatching(SIGUSR1);
            proxy.reopenLogs();
            proxy.hangUp();
            assertThat(proxy.awaitLog(" reloaded: ")).endsWith("reloaded: nothing has changed");
            assertThat(proxy.log().getFirst()).contains("ready: ");
        }
    }

    @Test
    void otherCommandsEndBySignalsAsEveryProgramDoes() throws Exception {
        // Printed it is more than a pipe holds that nobody reads.
        Path file =
                Files.writeString(
                        folder.resolve("conduit.toml"),
                        "http-listen = '127.0.0.1:0'\ndefault = 'allow'\n"
                                + "[[rules]]\naction = 'deny'\nto = ['host.test']\n".repeat(5_000));
        try (TestProxy check = Launch.withOnly("check", "--config=" + file).begin()) {
            check.awaitOutput();
            assertThat(check.terminate()).as("exit code").isEqualTo(128 + 15);
        }
    }

    @Test
    void sigtermEndsAnIdleProgram() throws Exception {
        try (TestProxy proxy = TestProxy.with()) {
            assertThat(proxy.terminate()).as("exit code").isEqualTo(0);
        }
    }
}
