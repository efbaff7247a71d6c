package conduit.outbound;

import static conduit.outbound.Family.IPV4;
import static conduit.outbound.Family.IPV6;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FamilyMemoryTest {

    private static final Duration MOMENT = Duration.ofNanos(1);

    /** Where System.nanoTime may well be: below zero. */
    private long now = -17;

    private final FamilyMemory memory = new FamilyMemory(() -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void beginsWithIpv6() {
        assertThat(memory.first("a.test")).isEqualTo(IPV6);
    }

    @Test
    void beginsWithIpv4WhereThatHasWon() {
        memory.won("a.test", IPV4);
        assertThat(memory.first("a.test")).isEqualTo(IPV4);
        assertThat(memory.first("b.test")).isEqualTo(IPV6);
    }

    @Test
    void goesBackWhenIpv6HasWon() {
        memory.won("a.test", IPV4);
        memory.won("a.test", IPV6);
        assertThat(memory.first("a.test")).isEqualTo(IPV6);
    }

    @Test
    void givesIpv6AnotherChanceAfterAWhile() {
        memory.won("a.test", IPV4);
        pass(FamilyMemory.HOST_KEPT.minus(MOMENT));
        assertThat(memory.first("a.test")).isEqualTo(IPV4);
        pass(MOMENT);
        assertThat(memory.first("a.test")).isEqualTo(IPV6);
    }

    @Test
    void forgetsTheOldestWhenItIsFull() {
        memory.won("oldest.test", IPV4);
        memory.won("second.test", IPV4);
        for (int i = 2; i < FamilyMemory.MOST_HOSTS; i++) {
            memory.won(i + ".test", IPV4);
        }
        assertThat(memory.first("oldest.test")).isEqualTo(IPV4);
        memory.won("oldest.test", IPV4);
        memory.won("more.test", IPV4);
        assertThat(memory.first("second.test")).isEqualTo(IPV6);
        assertThat(memory.first("oldest.test")).isEqualTo(IPV4);
        assertThat(memory.first("more.test")).isEqualTo(IPV4);
    }

    @Test
    void beginsWithIpv4EverywhereWhileThereIsNoRouteToIpv6() {
        memory.noIpv6Route();
        assertThat(memory.first("a.test")).isEqualTo(IPV4);
        pass(FamilyMemory.NO_ROUTE_KEPT.minus(MOMENT));
        assertThat(memory.first("b.test")).isEqualTo(IPV4);
        pass(MOMENT);
        assertThat(memory.first("a.test")).isEqualTo(IPV6);
    }

    @Test
    void blamesNoHostForAMissingRoute() {
        memory.noIpv6Route();
        memory.won("a.test", IPV4);
        pass(FamilyMemory.NO_ROUTE_KEPT);
        assertThat(memory.first("a.test")).isEqualTo(IPV6);
    }
}
