package conduit.outbound.dns;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;
import java.time.Duration;
import java.util.Optional;

/**
 * What servers have said, for as long as they allow, within bounds: never more names than so many,
 * whatever clients ask for. Shared by all event loops. Failures are not remembered.
 */
final class AnswerCache {

    /** A TTL of zero would have every client of a busy name ask for it again. */
    static final Duration SHORTEST = Duration.ofSeconds(5);

    /** How long a server's mistake, or a change against what it said, can outlast its repair. */
    static final Duration LONGEST = Duration.ofHours(1);

    /** A name that was missing is often about to be made; RFC 2308, section 5, allows hours. */
    static final Duration NOT_FOUND = Duration.ofSeconds(10);

    private final Cache<String, Answer> answers;

    /**
     * An empty cache.
     *
     * @param entries how many names at most; with 0 it remembers nothing
     * @param served told how often an answer was remembered, and how often not
     */
    AnswerCache(int entries, Ticker ticker, StatsCounter served) {
        answers =
                Caffeine.newBuilder()
                        .maximumSize(entries)
                        .expireAfter(Expiry.writing((String _, Answer answer) -> lasts(answer)))
                        .ticker(ticker)
                        // Whoever writes also throws out what is too much: no thread to wait for.
                        .executor(Runnable::run)
                        .recordStats(() -> served)
                        .build();
    }

    /** From now on so many names at most, those that it knows among them. */
    void hold(int entries) {
        answers.policy().eviction().orElseThrow().setMaximum(entries);
    }

    /** What was said about this name, if that is still good. */
    Optional<Answer> get(String name) {
        return Optional.ofNullable(answers.getIfPresent(name));
    }

    /** Remembers what was said about a name, unless it was nothing. */
    void put(String name, Answer answer) {
        switch (answer) {
            case Answer.Found _, Answer.NotFound _ -> answers.put(name, answer);
            case Answer.Failed _ -> {}
        }
    }

    /** How many names are remembered, those included whose time is up. */
    long size() {
        // Of two loops that write at once, one leaves what it must throw out to whoever comes next.
        answers.cleanUp();
        return answers.estimatedSize();
    }

    private static Duration lasts(Answer answer) {
        return switch (answer) {
            case Answer.Found(var _, Duration lasts) -> clamp(lasts);
            case Answer.NotFound() -> NOT_FOUND;
            case Answer.Failed(var _) -> Duration.ZERO;
        };
    }

    private static Duration clamp(Duration lasts) {
        return Duration.ofNanos(Math.clamp(lasts.toNanos(), SHORTEST.toNanos(), LONGEST.toNanos()));
    }
}
