package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tunnels without a byte end when the operator says so, and only then. */
class TunnelTimeoutTest {

    /** Longer than the impatient proxies wait, their rounds included. */
    private static final Duration LONGER = Duration.ofSeconds(1);

    @AutoClose private static final TestProxy idle = TestProxy.with("--tunnel-idle-timeout=300ms");
    @AutoClose private static final TestProxy idleOnNio = onNio("--tunnel-idle-timeout=300ms");
    @AutoClose private static final TestProxy half = TestProxy.with("--half-close-timeout=300ms");
    @AutoClose private static final TestProxy halfOnNio = onNio("--half-close-timeout=300ms");
    @AutoClose private static final TestProxy patient = TestProxy.with("--tunnel-idle-timeout=3s");
    @AutoClose private static final TestProxy patientOnNio = onNio("--tunnel-idle-timeout=3s");

    private static TestProxy onNio(String flag) {
        return Launch.withBothListeners(flag).onJvm("-Dio.netty.transport.noNative=true").start();
    }

    /** By which relay; JUnit would close a proxy that is an argument. */
    enum By {
        KERNEL,
        COPY;

        TestProxy choose(TestProxy kernel, TestProxy copy) {
            return this == KERNEL ? kernel : copy;
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsATunnelThatIsIdle(By relay) throws IOException {
        TestProxy proxy = relay.choose(idle, idleOnNio);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            client.expectEnd();
            remote.expectEnd();
            expect(proxy, client, "idle-timeout");
        }
    }

    @ParameterizedTest
    @EnumSource
    void countsBytesOfEitherSideAsLife(By relay) throws IOException {
        TestProxy proxy = relay.choose(patient, patientOnNio);
        Duration pause = Duration.ofMillis(800);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            client.expectSilence(pause);
            client.write("up");
            assertThat(remote.readText(2)).isEqualTo("up");
            for (int more = 0; more < 4; more++) {
                client.expectSilence(pause);
                remote.write("down");
                assertThat(client.readText(4)).isEqualTo("down");
            }
        }
    }

    /** What it was sent is not all there was, so it must not look like that. */
    @ParameterizedTest
    @EnumSource
    void resetsASideThatDoesNotTakeItsBytes(By relay) throws Exception {
        TestProxy proxy = relay.choose(idle, idleOnNio);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            Background<Boolean> stuck =
                    Background.doing(() -> Load.ofMegabytes(64, 1).writeTo(remote.out()));
            expect(proxy, client, "idle-timeout");
            client.expectReset();
            assertThatThrownBy(stuck::result).hasRootCauseInstanceOf(SocketException.class);
        }
    }

    /** The kernel has room for more only every four seconds; the reader is never silent. */
    @Test
    void leavesAReaderAloneThatIsSlow() throws Exception {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(patient, origin.target())) {
            Background<Boolean> writing =
                    Load.ofMegabytes(64, 1).writeToAStandstill(origin.accept());
            for (int reads = 0; reads < 160; reads++) {
                client.read(15_000);
                Thread.sleep(50);
            }
            client.reset();
            writing.endsSomehow();
            assertThat(patient.accessLineOf(client).outcome()).isEqualTo("reset");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsATunnelThatIsHalfClosedAndSilent(By relay) throws IOException {
        TestProxy proxy = relay.choose(half, halfOnNio);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            client.finish();
            remote.expectEnd();
            client.expectEnd();
            expect(proxy, client, "half-close-timeout");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsATunnelThatTheRemoteHalfClosed(By relay) throws IOException {
        TestProxy proxy = relay.choose(half, halfOnNio);
        try (Origin origin = Origin.listen();
                Peer client = Wiring.SOCKS5.open(proxy, origin.target())) {
            Peer remote = origin.accept();
            remote.finish();
            client.expectEnd();
            expect(proxy, client, "half-close-timeout");
        }
    }

    @Test
    void leavesAWholeTunnelAloneWhenOnlyHalfClosedOnesAreLimited() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.CONNECT.open(half, origin.target())) {
            Peer remote = origin.accept();
            client.expectSilence(LONGER);
            client.finish();
            remote.expectEnd();
            remote.write("late");
            assertThat(client.readText(4)).isEqualTo("late");
        }
    }

    private static AccessLine expect(TestProxy proxy, Peer client, String outcome) {
        AccessLine line = proxy.accessLineOf(client);
        assertThat(line.outcome()).as("%s", line).isEqualTo(outcome);
        assertThat(line.by()).isEqualTo("us");
        return line;
    }
}
