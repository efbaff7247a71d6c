package conduit.users;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import conduit.address.Network;
import java.time.Duration;

/**
 * Counts the wrong claims of each client, and says how long the next of them is to wait for its
 * answer. Forgets a client after a while without any, and the least active ones when there are too
 * many. Asked by all threads.
 */
final class Failures {

    /** What typing errors need. */
    private static final int WITHOUT_DELAY = 3;

    private static final Duration FIRST_DELAY = Duration.ofMillis(250);

    /** Less than half of the usual negotiation timeout. */
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(4);

    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int MOST_CLIENTS = 10_000;

    private final Cache<Network, Integer> counts;

    Failures(Ticker ticker) {
        this.counts =
                Caffeine.newBuilder()
                        .ticker(ticker)
                        .expireAfterWrite(REMEMBERED)
                        .maximumSize(MOST_CLIENTS)
                        .build();
    }

    /** Counts one more, and says how long its answer is to wait. */
    Duration another(Network client) {
        return delay(counts.asMap().merge(client, 1, Integer::sum));
    }

    private static Duration delay(int count) {
        int doublings = count - WITHOUT_DELAY - 1;
        if (doublings < 0) {
            return Duration.ZERO;
        }
        // 250 ms doubled four times is the longest already.
        Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(doublings, 4));
        return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
    }
}
