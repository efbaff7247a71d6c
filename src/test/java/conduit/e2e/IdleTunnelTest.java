package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.Histogram;
import conduit.e2e.kit.Origin;
import conduit.e2e.kit.Peer;
import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Wiring;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What an idle tunnel costs: two descriptors and less than a kilobyte, and no channel. */
class IdleTunnelTest {

    private static final int FEW = 300;
    private static final int MORE = 1_000;
    private static final long MOST_HEAP = 1024;

    @AutoClose private static final TestProxy proxy = TestProxy.with();

    @Test
    void costsTwoDescriptorsAndLessThanAKilobyte() throws IOException {
        List<Peer> idle = new ArrayList<>();
        try (Origin origin = Origin.listen()) {
            open(FEW, origin, idle);
            // Before counting descriptors: to be asked costs the process one for good.
            Histogram few = proxy.liveObjects();
            int descriptors = proxy.descriptorsAtRest();
            open(MORE, origin, idle);
            assertThat(proxy.descriptorsAtRest() - descriptors).isEqualTo(2 * MORE);
            Histogram many = proxy.liveObjects();

            long each = (many.bytes() - few.bytes()) / MORE;
            System.out.println("heap of an idle tunnel: " + each + " bytes");
            assertThat(each)
                    .as("bytes of heap for each idle tunnel")
                    .isLessThanOrEqualTo(MOST_HEAP);
            assertThat(many.instancesOf("conduit.relay.KernelRelay")).isEqualTo(FEW + MORE);
            assertThat(many.instancesOf("io.netty.channel.epoll.EpollSocketChannel")).isZero();
            for (Peer client : idle) {
                client.close();
            }
        }
    }

    private static void open(int count, Origin origin, List<Peer> idle) throws IOException {
        for (int i = 0; i < count; i++) {
            Wiring wiring = i % 2 == 0 ? Wiring.CONNECT : Wiring.SOCKS5;
            Peer client = wiring.open(proxy, origin.target());
            Peer remote = origin.accept();
            client.write("?");
            remote.read(1);
            remote.write("!");
            client.read(1);
            idle.add(client);
        }
    }
}
