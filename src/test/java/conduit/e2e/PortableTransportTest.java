package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.AccessLine;
import conduit.e2e.kit.Background;
import conduit.e2e.kit.EveryDirectTunnel;
import conduit.e2e.kit.Launch;
import conduit.e2e.kit.Load;
import conduit.e2e.kit.Message;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Way;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What other systems than Linux run on: NIO in place of epoll. */
class PortableTransportTest {

    @AutoClose
    private static final TestProxy proxy =
            Launch.withBothListeners().onJvm("-Dio.netty.transport.noNative=true").start();

    private static final Load SIXTY_FOUR_MEGABYTES = Load.ofMegabytes(64, 3);

    @Test
    void saysThatItRunsOnNio() {
        assertThat(proxy.log())
                .anyMatch(line -> line.endsWith("on nio"))
                .anyMatch(line -> line.contains("tunnels are copied through Netty"));
    }

    @EveryDirectTunnel
    void carriesMegabytesBothWaysAndTheEndsOfStream(Way way) throws Exception {
        Load up = Load.ofMegabytes(8, 1);
        Load down = Load.ofMegabytes(8, 2);
        try (Origin origin = way.origin();
                Peer client = way.open(proxy, origin)) {
            Peer remote = origin.accept();
            Background<Boolean> uploading = up.sendAndFinish(client);
            assertThat(Load.Seen.in(remote.in())).isEqualTo(up.seen());
            uploading.result();
            Background<Boolean> downloading = down.sendAndFinish(remote);
            assertThat(Load.Seen.in(client.in())).isEqualTo(down.seen());
            downloading.result();
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("completed");
        }
    }

    @EveryDirectTunnel
    void passesAResetOn(Way way) throws Exception {
        try (Origin origin = way.origin();
                Peer client = way.open(proxy, origin)) {
            origin.accept().reset();
            client.expectReset();
            assertThat(proxy.accessLineOf(client).outcome()).isEqualTo("reset");
        }
    }

    /** Each side writes before it reads, so that the tunnel is full both ways when one is gone. */
    @EveryDirectTunnel
    void freesASideThatWritesToOneThatIsGone(Way way) throws Exception {
        try (Origin origin = way.origin();
                Peer client = way.open(proxy, origin)) {
            Peer remote = origin.accept();
            Background<Boolean> up = SIXTY_FOUR_MEGABYTES.writeToAStandstill(client);
            Background<Boolean> down = SIXTY_FOUR_MEGABYTES.writeToAStandstill(remote);
            client.reset();
            assertThat(up.endsSomehow()).isFalse();
            assertThat(down.endsSomehow()).as("writing to one that has reset").isFalse();
            AccessLine line = proxy.accessLineOf(client);
            assertThat(line.outcome() + " by " + line.by()).isEqualTo("reset by client");
        }
    }

    @Test
    void forwardsARequest() throws IOException {
        try (Origin origin = Origin.listen();
                Peer client = Wiring.FORWARD.ask(proxy, origin.target())) {
            Peer remote = origin.accept();
            Message.request(remote);
            remote.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(Message.reply(client).body()).isEqualTo("ok");
        }
    }
}
