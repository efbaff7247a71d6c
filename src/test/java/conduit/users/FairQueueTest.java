package conduit.users;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.address.Network;
import conduit.config.ConnectionLimits;
import conduit.users.FairQueue.Place;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {

    private static final Network LOUD = network("192.0.2.1");
    private static final Network QUIET = network("192.0.2.2");

    @Test
    void takesTheNetworksInTurnAndTheItemsOfEachInTheirOrder() throws InterruptedException {
        FairQueue<String> queue = new FairQueue<>(10, 10);
        for (String item : List.of("1", "2", "3")) {
            assertThat(queue.offer(LOUD, item)).isEqualTo(new Place.Free<>());
        }
        for (String item : List.of("a", "b")) {
            assertThat(queue.offer(QUIET, item)).isEqualTo(new Place.Free<>());
        }
        StringBuilder taken = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            taken.append(queue.take());
        }
        assertThat(taken).hasToString("1a2b3");
    }

    @Test
    void isBoundedForEachNetworkAndAsAWhole() throws InterruptedException {
        FairQueue<Integer> queue = new FairQueue<>(3, 2);
        assertThat(queue.offer(LOUD, 1)).isEqualTo(new Place.Free<>());
        assertThat(queue.offer(LOUD, 2)).isEqualTo(new Place.Free<>());
        assertThat(queue.offer(LOUD, 3)).as("a third of one").isEqualTo(new Place.None<>());
        assertThat(queue.offer(QUIET, 4)).isEqualTo(new Place.Free<>());
        assertThat(queue.offer(QUIET, 5)).as("a fourth of all").isEqualTo(new Place.None<>());
        queue.take();
        assertThat(queue.offer(QUIET, 5)).isEqualTo(new Place.Free<>());
    }

    @Test
    void hasAPlaceForANewcomerWhileSomebodyHasTwo() throws InterruptedException {
        FairQueue<Integer> queue = new FairQueue<>(8 * 128, 128);
        for (int i = 0; i < 8 * 128; i++) {
            queue.offer(network("192.0.2." + i % 8), i);
        }
        Network newcomer = network("2001:db8::1");
        assertThat(queue.offer(newcomer, -1)).isEqualTo(new Place.OfAnother<>(8 * 127));
        List<Integer> taken = new ArrayList<>();
        while (!taken.contains(-1)) {
            taken.add(queue.take());
        }
        assertThat(taken).as("one of each, and then the newcomer's").hasSize(9);
    }

    @Test
    void givesNobodyThePlaceOfOneWhoHasNoMore() {
        FairQueue<Integer> queue = new FairQueue<>(4, 4);
        for (int i = 0; i < 4; i++) {
            queue.offer(network("192.0.2." + i / 2), i);
        }
        assertThat(queue.offer(network("192.0.2.0"), 4)).isEqualTo(new Place.None<>());
        assertThat(queue.offer(network("192.0.2.2"), 5)).isEqualTo(new Place.OfAnother<>(1));
        assertThat(queue.offer(network("192.0.2.3"), 6)).isEqualTo(new Place.OfAnother<>(3));
        assertThat(queue.offer(network("192.0.2.4"), 7)).isEqualTo(new Place.None<>());
    }

    private static Network network(String address) {
        return ConnectionLimits.NONE.client(InetAddress.ofLiteral(address));
    }
}
