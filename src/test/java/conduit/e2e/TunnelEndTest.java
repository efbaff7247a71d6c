package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.EveryTunnel;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Way;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;

/**
 * An end of stream is passed on as one, with the other direction left alone; a reset as a reset.
 */
class TunnelEndTest {

    private static final Load FOUR_MEGABYTES = Load.ofMegabytes(4, 1);

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @EveryTunnel
    void passesTheClientsHalfCloseOn(Way way) throws Exception {
        try (Origin origin = way.origin();
                Peer client = way.open(proxy, origin)) {
            Peer remote = origin.accept();
            passesTheHalfCloseOn(client, remote);
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("completed");
        }
    }

    @EveryTunnel
    void passesTheOriginsHalfCloseOn(Way way) throws Exception {
        try (Origin origin = way.origin();
                Peer client = way.open(proxy, origin)) {
            Peer remote = origin.accept();
            passesTheHalfCloseOn(remote, client);
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("completed");
        }
    }

    private static void passesTheHalfCloseOn(Peer first, Peer second) throws Exception {
        Background<Boolean> sending =
                Background.doing(() -> {
                    FOUR_MEGABYTES.writeTo(first.out());
                    first.finish();
                });
        assertThat(Load.Seen.in(second.in())).isEqualTo(FOUR_MEGABYTES.seen());
        sending.result();
        // The other direction is open, and stays open although nothing happens.
        first.expectSilence(Duration.ofMillis(300));

        Background<Boolean> answering =
                Background.doing(() -> {
                    FOUR_MEGABYTES.writeTo(second.out());
                    second.finish();
                });
        assertThat(Load.Seen.in(first.in())).isEqualTo(FOUR_MEGABYTES.seen());
        answering.result();
    }

    @EveryTunnel
    void passesTheClientsResetOn(Way way) throws IOException {
        try (Origin origin = way.origin();
                Peer client = way.open(proxy, origin)) {
            Peer remote = origin.accept();
            client.write("some");
            assertThat(remote.readText(4)).isEqualTo("some");
            client.reset();
            remote.expectReset();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("reset");
            assertThat(line.by()).as("%s", line).isEqualTo("client");
        }
    }

    @EveryTunnel
    void passesTheOriginsResetOn(Way way) throws IOException {
        try (Origin origin = way.origin();
                Peer client = way.open(proxy, origin)) {
            Peer remote = origin.accept();
            remote.write("some");
            assertThat(client.readText(4)).isEqualTo("some");
            remote.reset();
            client.expectReset();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome()).as("%s", line).isEqualTo("reset");
            assertThat(line.by()).as("%s", line).isEqualTo("remote");
        }
    }

    @EveryTunnel
    void passesAResetOnAfterTheOtherSideHasFinished(Way way) throws IOException {
        try (Origin origin = way.origin();
                Peer client = way.open(proxy, origin)) {
            Peer remote = origin.accept();
            client.write("some").finish();
            assertThat(remote.readToEnd()).isEqualTo("some");
            remote.write("half an ans");
            assertThat(client.readText(11)).isEqualTo("half an ans");
            remote.reset();
            client.expectReset();
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("reset");
        }
    }
}
