package conduit.outbound.dns;

import static conduit.outbound.dns.Asking.addresses;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.stats.StatsCounter;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long answers are remembered, by a clock of the test's own, and how many. */
class AnswerCacheTest {

    private Duration now = Duration.ZERO;
    private final AnswerCache cache =
            new AnswerCache(100, () -> now.toNanos(), StatsCounter.disabledStatsCounter());

    @ParameterizedTest
    @CsvSource({
        "PT0S, PT5S",
        "PT1S, PT5S",
        "PT30S, PT30S",
        "PT1H, PT1H",
        "P1D, PT1H",
        "P24855D, PT1H",
    })
    void remembersAddressesAsLongAsTheirServersSayWithinBounds(Duration ttl, Duration expected) {
        cache.put("www.test", found(ttl));

        expectToLast("www.test", expected);
    }

    @Test
    void remembersShortlyThatThereIsNoSuchName() {
        cache.put("www.test", new Answer.NotFound());

        expectToLast("www.test", Duration.ofSeconds(10));
    }

    @Test
    void remembersNoFailure() {
        cache.put("www.test", new Answer.Failed(Answer.Why.SERVERS_SILENT));

        assertThat(cache.get("www.test")).isEmpty();
    }

    @Test
    void beginsAgainWithEachNewAnswer() {
        cache.put("www.test", found(Duration.ofSeconds(30)));
        now = Duration.ofSeconds(29);
        cache.put("www.test", found(Duration.ofSeconds(30)));

        expectToLast("www.test", Duration.ofSeconds(30));
    }

    /** Somebody who asks for more and more names does not drive out what others ask for. */
    @Test
    void keepsWhatIsAskedForAgainAndAgain() {
        int missed = 0;
        for (int i = 0; i < 10_000; i++) {
            cache.put("n" + i + ".test", found(Duration.ofHours(1)));
            String popular = "popular" + i % 20 + ".test";
            if (cache.get(popular).isEmpty()) {
                missed++;
                cache.put(popular, found(Duration.ofHours(1)));
            }
            assertThat(cache.size()).isLessThanOrEqualTo(100);
        }
        assertThat(missed).isLessThan(1_000);
    }

    @Test
    void remembersNothingWhenItMayRememberNoName() {
        AnswerCache none = new AnswerCache(0, () -> 0, StatsCounter.disabledStatsCounter());
        none.put("www.test", found(Duration.ofSeconds(30)));

        assertThat(none.get("www.test")).isEmpty();
        assertThat(none.size()).isZero();
    }

    private void expectToLast(String name, Duration time) {
        now = now.plus(time).minusNanos(1);
        assertThat(cache.get(name)).as("just before %s", time).isPresent();
        now = now.plusNanos(1);
        assertThat(cache.get(name)).as("after %s", time).isEmpty();
    }

    private static Answer found(Duration lasts) {
        return new Answer.Found(addresses("192.0.2.1"), lasts);
    }
}
