package conduit.bench;

import conduit.bench.load.Tally.Sample;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What was read in the measured windows of one workload. A figure is the median over them. */
record Windows(List<Window> all) {

    /**
     * One of them.
     *
     * @param sample what the clients did
     * @param proxy the processor time of the proxy
     * @param load that of the clients and the origin
     * @param slownessBefore {@link CoreSpeed#slowness} when it began
     * @param slownessAfter and when it was over
     */
    record Window(
            Sample sample,
            Duration proxy,
            Duration load,
            double slownessBefore,
            double slownessAfter) {

        double slowness() {
            return Math.max(slownessBefore, slownessAfter);
        }

        double cpuMicrosPerOperation() {
            return micros(proxy) / sample.operations();
        }

        double operationsPerSecond() {
            return sample.operations() / seconds(sample.elapsed());
        }

        double newOriginsPerOperation() {
            return (double) sample.newOrigins() / sample.operations();
        }

        double cpuSecondsPerGigabyte() {
            return seconds(proxy) / (sample.bytes() / 1e9);
        }

        double gigabytesPerSecond() {
            return sample.bytes() / 1e9 / seconds(sample.elapsed());
        }

        double medianMicros() {
            return micros(sample.median());
        }

        double ninetyNinthMicros() {
            return micros(sample.ninetyNinth());
        }

        private static double seconds(Duration duration) {
            return duration.toNanos() / 1e9;
        }

        private static double micros(Duration duration) {
            return duration.toNanos() / 1e3;
        }
    }

    /** The slowness up to which a core counts as one that nobody else uses. */
    static final double FULL_SPEED = 1.2;

    static long atFullSpeed(List<Window> windows) {
        return windows.stream().filter(window -> window.slowness() <= FULL_SPEED).count();
    }

    /** So many of them at most, those on the fastest core. */
    static Windows fastest(int count, List<Window> windows) {
        return new Windows(
                windows.stream()
                        .sorted(Comparator.comparingDouble(Window::slowness))
                        .limit(count)
                        .toList());
    }

    Windows {
        all = List.copyOf(all);
    }

    double median(ToDoubleFunction<Window> figure) {
        return Median.of(all.stream().mapToDouble(figure));
    }

    double slowest() {
        return all.stream().mapToDouble(Window::slowness).max().orElse(1);
    }

    /** How busy the two cores were: where the load's is full, the rate is the load's. */
    String busy() {
        return "proxy core %.0f %%, load core %.0f %% busy; up to %.2f times slower than at its best"
                .formatted(
                        median(window -> 100 * share(window.proxy(), window)),
                        median(window -> 100 * share(window.load(), window)),
                        slowest());
    }

    private static double share(Duration cpu, Window window) {
        return (double) cpu.toNanos() / window.sample().elapsed().toNanos();
    }
}
