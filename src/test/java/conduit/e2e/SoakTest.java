package conduit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import conduit.e2e.kit.TestProxy;
import conduit.e2e.kit.Traffic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random traffic over both protocols for as long as {@code -Dsoak.seconds} says: no byte is lost,
 * and nothing is left behind. Not part of the normal build: {@code mvn verify -Psoak}.
 */
@Tag("soak")
class SoakTest {

    private static final Duration LENGTH =
            Duration.ofSeconds(Integer.getInteger("soak.seconds", 600));

    /** What caches may still come to hold; a few bytes lost in each tunnel are more in the end. */
    private static final long MOST_GROWTH = 1024 * 1024;

    private static final List<String> USUAL =
            List.of("outcome=completed", "outcome=reset", "outcome=client-left");

    @Test
    void losesNoByteAndLeavesNothingBehind() throws Exception {
        try (TestProxy proxy = TestProxy.with();
                Traffic traffic = Traffic.through(proxy)) {
            System.out.println("soak: seed " + traffic.nothingYet().seed());
            traffic.play(2_000, 64);
            long heap = proxy.liveObjects().bytes();
            int descriptors = proxy.descriptorsAtRest();

            Traffic.Totals totals = traffic.nothingYet();
            long end = System.nanoTime() + LENGTH.toNanos();
            while (System.nanoTime() < end) {
                totals = totals.plus(play(traffic, proxy));
            }

            proxy.awaitDescriptors(descriptors);
            long growth = proxy.liveObjects().bytes() - heap;
            System.out.println("soak: " + totals + ", heap grew by " + growth + " bytes");
            assertThat(totals.whole()).as("tunnels carried to their proper end").isPositive();
            assertThat(growth).as("growth of the heap").isLessThan(MOST_GROWTH);
        }
    }

    private static Traffic.Totals play(Traffic traffic, TestProxy proxy) throws Exception {
        try {
            return traffic.play(1_000, 64);
        } catch (Exception | AssertionError e) {
            // What the proxy says of it; most lives end in one of the ways that are not shown.
            proxy.log().stream()
                    .filter(line -> USUAL.stream().noneMatch(line::contains))
                    .forEach(System.out::println);
            throw e;
        }
    }
}
