package conduit.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with exact sums: what the sketch promises holds for any order of any keys. */
class SpaceSavingTest {

    private static final int PLACES = 20;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void isNeverTooSmallNorLargerThanItsErrorSays(long seed) {
        Random random = new Random(seed);
        SpaceSaving sketch = new SpaceSaving(PLACES);
        Map<String, Long> exact = new HashMap<>();
        long sum = 0;
        for (int i = 0; i < 20_000; i++) {
            // A few that are large, and ever new ones that are small.
            String key = "key" + (int) Math.abs(random.nextGaussian() * random.nextInt(1, 200));
            long amount = random.nextInt(1, 1000);
            sketch.add(key, amount);
            exact.merge(key, amount, Long::sum);
            sum += amount;
        }
        List<SpaceSaving.Count> counts = sketch.counts();
        assertThat(counts).hasSize(PLACES);
        for (SpaceSaving.Count count : counts) {
            long truth = exact.getOrDefault(count.key(), 0L);
            assertThat(count.amount()).isGreaterThanOrEqualTo(truth);
            assertThat(count.amount() - count.error()).isLessThanOrEqualTo(truth);
        }
        long share = sum / PLACES;
        List<String> kept = counts.stream().map(SpaceSaving.Count::key).toList();
        exact.forEach((key, truth) -> {
            if (truth > share) {
                assertThat(kept).contains(key);
            }
        });
    }

    @Test
    void isExactWhileThereIsRoom() {
        SpaceSaving sketch = new SpaceSaving(2);
        sketch.add("a", 3);
        sketch.add("b", 1);
        sketch.add("a", 2);
        sketch.add("c", 0);
        assertThat(sketch.counts())
                .containsExactlyInAnyOrder(
                        new SpaceSaving.Count("a", 5, 0), new SpaceSaving.Count("b", 1, 0));
        sketch.add("c", 1);
        assertThat(sketch.counts())
                .containsExactlyInAnyOrder(
                        new SpaceSaving.Count("a", 5, 0), new SpaceSaving.Count("c", 2, 1));
    }
}
