package conduit.bench.load;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/** Counts what a workload has done since it was last asked. Lives on the workload's loop. */
public final class Tally {

    /** What happened in one stretch of time. */
    public record Sample(
            Duration elapsed,
            long operations,
            long bytes,
            long newOrigins,
            Duration median,
            Duration ninetyNinth) {}

    private final Histogram latencies = new Histogram(3);
    private long operations;
    private long bytes;
    private long newOrigins;
    private long since = System.nanoTime();

    void operation() {
        operations++;
    }

    void latency(long nanoseconds) {
        latencies.recordValue(nanoseconds);
    }

    void bytes(long count) {
        bytes += count;
    }

    /** A request for which the proxy had to make a connection to the origin. */
    void newOrigin() {
        newOrigins++;
    }

    /** Everything since the last call; counting starts anew. */
    public Sample take() {
        long now = System.nanoTime();
        Sample sample =
                new Sample(
                        Duration.ofNanos(now - since),
                        operations,
                        bytes,
                        newOrigins,
                        Duration.ofNanos(latencies.getValueAtPercentile(50)),
                        Duration.ofNanos(latencies.getValueAtPercentile(99)));
        latencies.reset();
        operations = 0;
        bytes = 0;
        newOrigins = 0;
        since = now;
        return sample;
    }
}
