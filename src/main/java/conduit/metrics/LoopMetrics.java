package conduit.metrics;

import io.netty.channel.EventLoop;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How busy the event loops are: what they have used of their processors, and by how much they are
 * late for a timer, which is how long everybody on a loop waits. On each loop a timer; the
 * processor's time is read on the admin thread.
 */
final class LoopMetrics {

    /** Often enough to meet a stall of a tenth of a second; some microseconds of work a second. */
    private static final Duration ROUND = Duration.ofMillis(100);

    private final List<EventLoop> loops;
    private final Histogram lag;
    private final AtomicLongArray threads;

    LoopMetrics(List<EventLoop> loops, PrometheusRegistry registry, Gauges gauges) {
        this.loops = loops;
        threads = new AtomicLongArray(loops.size());
        lag =
                Histogram.builder()
                        .name("conduit_loop_lag_seconds")
                        .help("How late event loops were for a timer, ten times a second.")
                        .classicOnly()
                        .classicUpperBounds(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5)
                        .withoutExemplars()
                        .register(registry);
        ThreadMXBean times = ManagementFactory.getThreadMXBean();
        gauges.counters(
                "conduit_loop_cpu_seconds",
                "Processor time of each event loop; a rate of 1 is a loop that never rests.",
                series -> {
                    for (int i = 0; i < threads.length(); i++) {
                        long nanos =
                                threads.get(i) == 0 ? 0 : times.getThreadCpuTime(threads.get(i));
                        series.call(Math.max(0, nanos) / 1e9, Integer.toString(i));
                    }
                },
                "loop");
        gauges.gauge("conduit_loops", "Event loops.", loops::size);
    }

    void start() {
        for (int i = 0; i < loops.size(); i++) {
            int number = i;
            EventLoop loop = loops.get(i);
            loop.execute(() -> {
                threads.set(number, Thread.currentThread().threadId());
                new Timer(loop, lag).set();
            });
        }
    }

    /** Not at a fixed rate: after a stall that would run many times at once. */
    private record Timer(EventLoop loop, Histogram lag) {

        void set() {
            long due = System.nanoTime() + ROUND.toNanos();
            loop.schedule(() -> ring(due), ROUND.toNanos(), TimeUnit.NANOSECONDS);
        }

        private void ring(long due) {
            lag.observe(Math.max(0, System.nanoTime() - due) / 1e9);
            set();
        }
    }
}
