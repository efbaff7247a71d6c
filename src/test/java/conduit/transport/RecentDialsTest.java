package conduit.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentDialsTest {

    private static final InetSocketAddress FROM = at("192.0.2.1", 40_000);
    private static final InetSocketAddress TO = at("198.51.100.1", 443);
    private static final long GENERATION = RecentDials.GENERATION.toNanos();

    private final AtomicLong now = new AtomicLong();
    private final RecentDials dials = new RecentDials(now::get);

    @Test
    void knowsAConnectionByBothItsEnds() {
        dials.add(FROM, TO);
        assertThat(dials.contains(at("192.0.2.1", 40_000), at("198.51.100.1", 443))).isTrue();
    }

    /** The kernel gives a port to several connections at once, if their other ends differ. */
    @Test
    void doesNotTakeAnotherConnectionOfTheSamePortForIt() {
        dials.add(FROM, TO);
        assertThat(dials.contains(FROM, at("198.51.100.1", 80))).isFalse();
        assertThat(dials.contains(FROM, at("198.51.100.2", 443))).isFalse();
        assertThat(dials.contains(at("192.0.2.1", 40_001), TO)).isFalse();
    }

    @Test
    void remembersAConnectionForAGenerationAtLeastWhateverIsDialledMeanwhile() {
        now.addAndGet(GENERATION - 1);
        dials.add(FROM, TO);
        now.addAndGet(GENERATION - 1);
        dials.add(FROM, at("198.51.100.2", 443));
        assertThat(dials.contains(FROM, TO)).isTrue();
    }

    @Test
    void forgetsAConnectionThoughNothingWasDialledSince() {
        dials.add(FROM, TO);
        now.addAndGet(2 * GENERATION);
        assertThat(dials.contains(FROM, TO)).isFalse();
    }

    @Test
    void forgetsAConnectionWhenTwoGenerationsHaveBegunAfterIt() {
        dials.add(FROM, TO);
        for (int i = 0; i < 2; i++) {
            now.addAndGet(GENERATION);
            dials.add(FROM, at("198.51.100.2", 443));
        }
        assertThat(dials.contains(FROM, TO)).isFalse();
    }

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }
}
