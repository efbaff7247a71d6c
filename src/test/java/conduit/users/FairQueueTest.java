package conduit.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class FairQueueTest {

    private static final ClientNetwork LOUD = network("192.0.2.1");
    private static final ClientNetwork QUIET = network("192.0.2.2");

    @Test
    void takesTheNetworksInTurnAndTheItemsOfEachInTheirOrder() throws InterruptedException {
        FairQueue<String> queue = new FairQueue<>(10, 10);
        assertThat(queue.offer(LOUD, "1")).isTrue();
        assertThat(queue.offer(LOUD, "2")).isTrue();
        assertThat(queue.offer(LOUD, "3")).isTrue();
        assertThat(queue.offer(QUIET, "a")).isTrue();
        assertThat(queue.offer(QUIET, "b")).isTrue();
        StringBuilder taken = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            taken.append(queue.take());
        }
        assertThat(taken).hasToString("1a2b3");
    }

    @Test
    void isBoundedForEachNetworkAndAsAWhole() throws InterruptedException {
        FairQueue<Integer> queue = new FairQueue<>(3, 2);
        assertThat(queue.offer(LOUD, 1)).isTrue();
        assertThat(queue.offer(LOUD, 2)).isTrue();
        assertThat(queue.offer(LOUD, 3)).as("a third of one network").isFalse();
        assertThat(queue.offer(QUIET, 4)).isTrue();
        assertThat(queue.offer(network("2001:db8::1"), 5)).as("a fourth of all").isFalse();
        queue.take();
        assertThat(queue.offer(network("2001:db8::1"), 5)).isTrue();
    }

    @Test
    void countsAnIpv6HostByItsNetwork() {
        assertThat(network("2001:db8::1")).isEqualTo(network("2001:db8::ffff:1"));
        assertThat(network("2001:db8::1")).isNotEqualTo(network("2001:db8:0:1::1"));
        assertThat(network("0.0.0.1")).isNotEqualTo(network("0.0.0.2"));
        assertThat(network("0.0.0.0")).isNotEqualTo(network("::"));
    }

    private static ClientNetwork network(String address) {
        return ClientNetwork.of(InetAddress.ofLiteral(address));
    }
}
