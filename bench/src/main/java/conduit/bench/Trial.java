package conduit.bench;

import conduit.bench.Windows.Window;
import conduit.bench.load.Download;
import conduit.bench.load.Loop;
import conduit.bench.load.RoundTrips;
import conduit.bench.load.Setups;
import conduit.bench.load.Tally;
import conduit.bench.load.Tally.Sample;
import conduit.bench.load.Upload;
import conduit.bench.load.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** One row on one freshly started proxy, from its first load to its figures. Runs on main. */
final class Trial {

    /**
     * Clients that set tunnels up at the same time: modest, as the cost is asked, not the limit.
     */
    private static final int SETUP_CLIENTS = 8;

    private static final int ROUND_TRIP_TUNNELS = 32;
    private static final int BULK_TUNNELS = 4;

    /** For what the load has to bring about; on a slow proxy 9,000 tunnels take a while. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Candidate candidate;
    private final RunningProxy proxy;
    private final List<Long> load;
    private final Loop loop;
    private final Options options;
    private final Tally tally = new Tally();
    private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);

    Trial(Candidate candidate, RunningProxy proxy, List<Long> load, Loop loop, Options options) {
        this.candidate = candidate;
        this.proxy = proxy;
        this.load = load;
        this.loop = loop;
        this.options = options;
    }

    Map<Figure, Double> run(Row row) throws IOException, InterruptedException {
        switch (row) {
            case SETUP -> setUp();
            case RTT64 -> roundTrips64();
            case RTT16K -> roundTrips16K();
            case DOWNLOAD -> download();
            case UPLOAD -> upload();
        }
        return figures;
    }

    private void setUp() throws IOException, InterruptedException {
        Windows windows = measure(Row.SETUP, setups());
        figures.put(Figure.SETUP_CPU, windows.median(Window::cpuMicrosPerOperation));
        figures.put(Figure.SETUP_RATE, windows.median(Window::operationsPerSecond));
        figures.put(Figure.SETUP_MEDIAN, windows.median(Window::medianMicros));
        figures.put(Figure.SETUP_NINETY_NINTH, windows.median(Window::ninetyNinthMicros));
    }

    private void roundTrips64() throws IOException, InterruptedException {
        Windows many = measure(Row.RTT64, roundTrips(ROUND_TRIP_TUNNELS, 64));
        figures.put(Figure.RTT64_CPU, many.median(Window::cpuMicrosPerOperation));
        figures.put(Figure.RTT64_RATE, many.median(Window::operationsPerSecond));
        figures.put(Figure.RTT64_MEDIAN, many.median(Window::medianMicros));
        figures.put(Figure.RTT64_NINETY_NINTH, many.median(Window::ninetyNinthMicros));
        Windows alone = measure(Row.RTT64, roundTrips(1, 64));
        figures.put(Figure.RTT64_ALONE_MEDIAN, alone.median(Window::medianMicros));
        figures.put(Figure.RTT64_ALONE_NINETY_NINTH, alone.median(Window::ninetyNinthMicros));
    }

    private void roundTrips16K() throws IOException, InterruptedException {
        Windows many = measure(Row.RTT16K, roundTrips(ROUND_TRIP_TUNNELS, 16 << 10));
        figures.put(Figure.RTT16K_CPU, many.median(Window::cpuMicrosPerOperation));
        figures.put(Figure.RTT16K_RATE, many.median(Window::operationsPerSecond));
        figures.put(Figure.RTT16K_MEDIAN, many.median(Window::medianMicros));
        figures.put(Figure.RTT16K_NINETY_NINTH, many.median(Window::ninetyNinthMicros));
        Windows alone = measure(Row.RTT16K, roundTrips(1, 16 << 10));
        figures.put(Figure.RTT16K_ALONE_MEDIAN, alone.median(Window::medianMicros));
        figures.put(Figure.RTT16K_ALONE_NINETY_NINTH, alone.median(Window::ninetyNinthMicros));
    }

    private void download() throws IOException, InterruptedException {
        Windows windows =
                measure(
                        Row.DOWNLOAD,
                        new Download(loop, candidate.entrance(), BULK_TUNNELS, tally));
        figures.put(Figure.DOWNLOAD_CPU, windows.median(Window::cpuSecondsPerGigabyte));
        figures.put(Figure.DOWNLOAD_RATE, windows.median(Window::gigabytesPerSecond));
    }

    private void upload() throws IOException, InterruptedException {
        Windows windows =
                measure(Row.UPLOAD, new Upload(loop, candidate.entrance(), BULK_TUNNELS, tally));
        figures.put(Figure.UPLOAD_CPU, windows.median(Window::cpuSecondsPerGigabyte));
        figures.put(Figure.UPLOAD_RATE, windows.median(Window::gigabytesPerSecond));
    }

    private Setups setups() {
        return new Setups(loop, candidate.entrance(), SETUP_CLIENTS, tally);
    }

    private RoundTrips roundTrips(int tunnels, int size) {
        return new RoundTrips(loop, candidate.entrance(), tunnels, size, tally);
    }

    /** Warms up with the workload itself, reads the windows, and stops it. */
    private Windows measure(Row row, Workload workload) throws IOException, InterruptedException {
        loop.call(() -> {
            workload.start();
            return true;
        });
        Thread.sleep(options.warmUp().orElse(row.warmUp(candidate.engine())));
        List<Window> windows = new ArrayList<>();
        for (int i = 0; i < options.windows(); i++) {
            windows.add(window());
        }
        loop.call(() -> {
            workload.stop();
            return true;
        });
        await("the workload to stop", workload::isStopped);
        Windows all = new Windows(windows);
        Progress.say("  " + all.busy());
        return all;
    }

    private Window window() throws IOException, InterruptedException {
        Duration proxyBefore = proxy.tree().cpu();
        Duration loadBefore = loadCpu();
        loop.call(tally::take);
        Thread.sleep(options.window());
        Sample sample = loop.call(tally::take);
        Duration loadAfter = loadCpu();
        Duration proxyAfter = proxy.tree().cpu();
        if (sample.operations() == 0 && sample.bytes() == 0) {
            throw new IOException("nothing went through");
        }
        return new Window(sample, proxyAfter.minus(proxyBefore), loadAfter.minus(loadBefore));
    }

    private Duration loadCpu() {
        Duration sum = Duration.ZERO;
        for (long pid : load) {
            sum = sum.plus(CpuClock.of(pid));
        }
        return sum;
    }

    /** Asks on the loop, so that a load that has failed meanwhile fails here. */
    private void await(String what, Callable<Boolean> condition)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!loop.call(condition)) {
            if (System.nanoTime() - start > LONGEST_WAIT.toNanos()) {
                throw new IOException("waited too long for " + what);
            }
            Thread.sleep(10);
        }
    }
}
