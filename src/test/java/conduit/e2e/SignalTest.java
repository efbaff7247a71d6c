package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Told to stop, the program stops: at once, completely, and with every tunnel accounted for. */
class SignalTest {

    private static final int SIGINT = 2;

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
                Peer exchange = origin.accept();
                Peer first = Wiring.CONNECT.open(proxy, origin.target());
                Peer second = Wiring.SOCKS5.open(proxy, origin.target())) {
            first.write("to the first");
            assertThat(origin.accept().readText(12)).isEqualTo("to the first");

            assertThat(stop.send(proxy)).as("exit code").isEqualTo(0);
            for (Peer client : new Peer[] {first, second, waiting}) {
                AccessLine line = proxy.accessLineOf(client);
                assertThat(line.outcome()).as("%s", line).isEqualTo("stopped");
                assertThat(line.by()).as("%s", line).isEqualTo("us");
            }
            assertThat(proxy.accessLineOf(first).up()).isEqualTo(12);
            for (Peer end : new Peer[] {idle, first, second}) {
                end.expectClosed();
            }
            exchange.readToClose();
        }
    }

    @Test
    void sigtermEndsAnIdleProgram() throws Exception {
        try (TestProxy proxy = TestProxy.with()) {
            assertThat(proxy.terminate()).as("exit code").isEqualTo(0);
        }
    }
}
