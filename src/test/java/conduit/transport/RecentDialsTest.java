package conduit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentDialsTest {

    private static final InetSocketAddress FROM = at("192.0.2.1", 40_000);
    private static final InetSocketAddress TO = at("198.51.100.1", 443);
    private static final int DESCRIPTOR = 42;
    private static final long GENERATION = RecentDials.GENERATION.toNanos();

    private final AtomicLong now = new AtomicLong();
    private final RecentDials dials = new RecentDials(now::get);

    @Test
    void knowsAConnectionByBothItsEnds() {
        dials.add(new Ends(FROM, TO), DESCRIPTOR);
        assertThat(dials.descriptorOf(new Ends(at("192.0.2.1", 40_000), at("198.51.100.1", 443))))
                .contains(DESCRIPTOR);
    }

    /** The kernel gives a port to several connections at once, if their other ends differ. */
    @Test
    void doesNotTakeAnotherConnectionOfTheSamePortForIt() {
        dials.add(new Ends(FROM, TO), DESCRIPTOR);
        assertThat(dials.descriptorOf(new Ends(FROM, at("198.51.100.1", 80)))).isEmpty();
        assertThat(dials.descriptorOf(new Ends(FROM, at("198.51.100.2", 443)))).isEmpty();
        assertThat(dials.descriptorOf(new Ends(at("192.0.2.1", 40_001), TO))).isEmpty();
    }

    @Test
    void remembersAConnectionForAGenerationAtLeastWhateverIsDialledMeanwhile() {
        now.addAndGet(GENERATION - 1);
        dials.add(new Ends(FROM, TO), DESCRIPTOR);
        now.addAndGet(GENERATION - 1);
        dials.add(new Ends(FROM, at("198.51.100.2", 443)), DESCRIPTOR);
        assertThat(dials.descriptorOf(new Ends(FROM, TO))).contains(DESCRIPTOR);
    }

    @Test
    void forgetsAConnectionThoughNothingWasDialledSince() {
        dials.add(new Ends(FROM, TO), DESCRIPTOR);
        now.addAndGet(2 * GENERATION);
        assertThat(dials.descriptorOf(new Ends(FROM, TO))).isEmpty();
    }

    @Test
    void forgetsAConnectionWhenTwoGenerationsHaveBegunAfterIt() {
        dials.add(new Ends(FROM, TO), DESCRIPTOR);
        for (int i = 0; i < 2; i++) {
            now.addAndGet(GENERATION);
            dials.add(new Ends(FROM, at("198.51.100.2", 443)), DESCRIPTOR);
        }
        assertThat(dials.descriptorOf(new Ends(FROM, TO))).isEmpty();
    }

    @Test
    void knowsTheLatestDescriptorOfTheSameEnds() {
        dials.add(new Ends(FROM, TO), DESCRIPTOR);
        now.addAndGet(GENERATION);
        dials.add(new Ends(FROM, TO), DESCRIPTOR + 1);
        assertThat(dials.descriptorOf(new Ends(FROM, TO))).contains(DESCRIPTOR + 1);
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
